//! The figures, measured over the real binary and a simulated tenant in its own process.

pub fn bench(_arguments: &[String]) -> Result<(), String> {
    Err("being written".into())
}
