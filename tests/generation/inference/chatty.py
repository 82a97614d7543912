"""A child that prints what it is told to its log, and says so."""

import argparse
import os
import sys

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--replies", type=int)
    parser.add_argument("--parent")
    replies = parser.parse_args().replies
    for line in sys.stdin:
        sys.stdout.write(line)
        sys.stdout.flush()
        os.write(replies, b"printed\n")
