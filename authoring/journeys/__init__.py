"""Changes the screens of a journey as forms and the editor of the desk ask for it.

What somebody typed becomes the text of the file (screen_writing.py), is tried as a whole (journey_trial.py), and saved.
"""
