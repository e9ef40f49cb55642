"""Holds a process to the memory that it may have."""

import resource


def hold_memory(most_mb: int) -> None:
    """Let this process have no more memory of its own than this; what asks for more fails as out of memory.

    Counted is what it may write to, so never less than what is resident of it. What is only reserved, as threads and
    allocators do, and the code of libraries are not, as they would be of its address space.
    """
    limit = most_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
