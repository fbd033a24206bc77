from editorial.cli import main

main(prog_name="editorial")
