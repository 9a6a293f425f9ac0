//! What the guides of BlueTally (`b`), Reftab (`r`) and Asset Management for Jira (`j`) promise,
//! a test a statement, by its number in `tests/behaviours/statements.txt`; and a fortnight each.

mod b;
mod fortnight;
mod j;
mod r;
