"""What bargaining over a file found, as a page of its own (`page`) and as a section of the main report (`section`).

Nothing is imported here: the terminal reads `words` and shall not wait for what draws figures.
"""
