"""Walks a map in a task, where no other task runs, and beside the tasks."""

import asyncio
import mmap
import time

turns = 0


async def other_task():
    global turns
    while True:
        turns += 1
        await asyncio.sleep(0)


def walk(mapped):
    before = turns
    while turns == before:
        time.sleep(0.001)  # in a task, this would wait for ever
    return mapped[:].count(b" ")


async def walk_twice(mapped):
    other = asyncio.ensure_future(other_task())
    await asyncio.sleep(0)  # it starts

    before = turns
    spaces = mapped[:].count(b" ")
    print(f"In a task: {spaces} spaces, {turns - before} turns")

    loop = asyncio.get_running_loop()
    spaces = await loop.run_in_executor(None, walk, mapped)
    print(f"Beside the tasks: {spaces} spaces, some turns")
    other.cancel()


with open("lorem.txt", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        asyncio.run(walk_twice(mapped))
