"""What tests share: servers, stand-ins at the plug points, and people who use the pages."""
