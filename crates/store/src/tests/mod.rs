//! Tests of the nouns, on both databases.
