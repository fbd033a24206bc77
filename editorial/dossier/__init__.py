"""The dossier 稿件档案: everything about one manuscript in one ZIP, to be read and checked without this program.

Layer 3, above `queries` and `invariants`. `contents` lists what goes in, `gather` takes it from the database, `reading`
makes the pages, `packing` the archive, `verify` is the script that goes in as well, `arrive` takes dossiers in.
"""
