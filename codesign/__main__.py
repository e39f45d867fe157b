"""``python -m codesign``: the command line without its script."""

from codesign.cli import main

if __name__ == "__main__":
    main()
