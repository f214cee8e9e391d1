"""The program, by its name and as `python -m reftrack`."""

try:
    # Before all else: what is loaded from here on takes most of a start.
    from reftrack import interrupts

    interrupts.watch()
    from reftrack.cli.door import main
except KeyboardInterrupt:
    raise SystemExit(130) from None

if __name__ == "__main__":
    main()
