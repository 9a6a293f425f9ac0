//! Lines on standard output. Whoever reads them may stop listening (`stockroom sync … | head`); the
//! work goes on, and its exit code stays true.

/// Like `println!`, and no panic where nobody reads any more.
macro_rules! say {
    ($($said:tt)*) => {
        $crate::say::line(format_args!($($said)*))
    };
}

pub fn line(said: std::fmt::Arguments<'_>) {
    use std::io::Write as _;
    drop(writeln!(std::io::stdout().lock(), "{said}"));
}
