"""The whole product on this machine: emulator, deployed stack, sandbox desk."""
