"""What maingate puts into the project's own interpreter: it runs pytest, keeps an account of it, and records.

The folder is copied and put on the path under the name `maingate_recorder`, for maingate is not installed there. It
needs the standard library and pytest; coverage.py where coverage or branches are wanted. What it writes is JSON.
"""
