"""Starts trackio's server as `trackio show` does, without a browser: trackio_server.py PORT."""

import sys

import trackio

if __name__ == "__main__":
    trackio.show(server_port=int(sys.argv[1]), open_browser=False, block_thread=True)
