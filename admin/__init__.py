"""The admin site: pages for operators in the browser, under /bureau."""
