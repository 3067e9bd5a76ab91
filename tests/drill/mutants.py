"""`python -m tests.drill.mutants [--only N]`: change the door in one place at a time, and see that a test minds.

mutmut 3 copies the project and rewrites each function into a chain of trampolines. Our tests look at the views
themselves (`has_the_mark`, the names of their parameters), so they would refuse its copy and not the change. So this
changes one node of `relationships/access.py` at a time, and a process of its own imports the changed text in its place.
"""

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import CodeType

from tests.drill import HERE

DOOR = HERE / "relationships" / "access.py"
TESTS = ["tests/relationships/views/test_door.py", "tests/relationships/views/test_access.py"]
SEEN = "ALONGSIDE_MUTANT"
COMPARED: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
}


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand in the place of this node."""
    match node:
        case ast.Compare():
            yield ast.Compare(node.left, [COMPARED[type(node.ops[0])]], node.comparators)
        case ast.Raise():
            yield ast.Pass()
        case ast.If():
            for always in (True, False):
                yield ast.If(ast.Constant(always), node.body, node.orelse)
        case ast.Return() if node.value:
            yield ast.Return(ast.Constant(None))
        case ast.Constant(value=bool() | int()):
            yield ast.Constant(not node.value if isinstance(node.value, bool) else node.value + 1)
        case ast.Constant(value=str()):
            yield ast.Constant(node.value + "x")
        case ast.Assign(targets=[ast.Attribute()]):
            yield ast.Pass()
        case ast.Call(keywords=[_, *_]):
            for left_out in range(len(node.keywords)):
                kept = [one for number, one in enumerate(node.keywords) if number != left_out]
                yield ast.Call(node.func, node.args, kept)
        case ast.FunctionDef(decorator_list=[_, *_]):
            yield ast.FunctionDef(**{**vars(node), "decorator_list": []})


def is_prose(node: ast.AST, parent: ast.AST) -> bool:
    """A docstring, or a type that only a checker reads."""
    alone = isinstance(parent, ast.Expr) and isinstance(node, ast.Constant)
    return alone or isinstance(parent, ast.arg | ast.AnnAssign) or getattr(parent, "returns", None) is node


def places(tree: ast.AST) -> list[tuple[int, int]]:
    """Every change, as the number of its node and of the change to it."""
    told: set[int] = set()
    for parent in ast.walk(tree):
        of_a_checker = isinstance(parent, ast.If) and getattr(parent.test, "id", "") == "TYPE_CHECKING"
        names_a_type = isinstance(parent, ast.Call) and getattr(parent.func, "id", "") == "cast"
        for child in ast.iter_child_nodes(parent):
            if is_prose(child, parent) or of_a_checker or names_a_type:
                told |= {id(one) for one in ast.walk(child)}
        told |= {id(parent)} if of_a_checker else set()
        if isinstance(parent, ast.ClassDef):
            told |= {id(one) for one in ast.walk(parent)}
    nodes = enumerate(ast.walk(tree))
    return [(n, m) for n, node in nodes if id(node) not in told for m, _ in enumerate(changes(node))]


def changed(tree: ast.Module, place: tuple[int, int]) -> ast.Module:
    mutant = copy.deepcopy(tree)
    wanted = list(ast.walk(mutant))[place[0]]
    other = list(changes(wanted))[place[1]]

    class Put(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return ast.copy_location(other, node) if node is wanted else self.generic_visit(node)

    return ast.fix_missing_locations(Put().visit(mutant))


class InItsPlace(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports the changed door."""

    def find_spec(
        self, name: str, path: object, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_loader(name, self) if name == "relationships.access" else None

    def get_source(self, name: str) -> str:
        return os.environ[SEEN]

    def get_code(self, name: str) -> CodeType:
        return compile(self.get_source(name), str(DOOR), "exec")


if SEEN in os.environ:
    # As a plugin of pytest, before anything of the application is imported.
    sys.meta_path.insert(0, InItsPlace())


def is_killed(source: str) -> bool:
    """Whether a test minds."""
    told = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {SEEN: source}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "tests.drill.mutants",
        "-p",
        "no:cacheprovider",
    ]
    command += ["--tb=no", "--deselect", OF_THE_WHOLE_SITE, *TESTS]
    return subprocess.run(command, cwd=HERE, env=told, capture_output=True).returncode != 0


OF_THE_WHOLE_SITE = f"{TESTS[1]}::test_every_address_of_the_site_says_who_may_see_it"
"""Knows nothing of the door."""


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--only", type=int, default=0, help="so many of them, from all over the file")
    given = asked.parse_args()
    tree = ast.parse(DOOR.read_text())
    every = places(tree)
    chosen = every[:: max(1, len(every) // given.only)][: given.only] if given.only else every
    sources = [ast.unparse(changed(tree, place)) for place in chosen]
    assert given.only or not is_killed(ast.unparse(tree)), "The tests fail without any change."
    with ThreadPoolExecutor(2) as pool:
        killed = list(pool.map(is_killed, sources))
    before = ast.unparse(tree).splitlines()
    survivors = [
        [line for line in source.splitlines() if line not in before]
        for source, is_dead in zip(sources, killed, strict=True)
        if not is_dead
    ]
    sys.stdout.write(
        json.dumps({"mutants": len(sources), "killed": sum(killed), "survivors": survivors}) + "\n"
    )


if __name__ == "__main__":
    main()
