"""What each page and verb costs beside a bare Django view, in a database full of other people's data.

make gate       ratios, statements and plans on both databases, in a minute or two; it fails where one is too dear
make measure    every page and verb, with milliseconds (ARGS="--entries 1000000"), and docs/speed.md from the results
"""
