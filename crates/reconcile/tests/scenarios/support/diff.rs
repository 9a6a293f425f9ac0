//! Two texts, line by line: what was promised and what came.

/// `-` was promised, `+` came; lines in common stand between them.
pub fn diff(promised: &[String], came: &[String]) -> String {
    // longest[a][b]: how many lines the texts have in common from a and b on.
    let mut longest = vec![vec![0; came.len() + 1]; promised.len() + 1];
    for a in (0..promised.len()).rev() {
        for b in (0..came.len()).rev() {
            longest[a][b] = if promised[a] == came[b] {
                longest[a + 1][b + 1] + 1
            } else {
                longest[a + 1][b].max(longest[a][b + 1])
            };
        }
    }
    let (mut a, mut b, mut lines) = (0, 0, Vec::new());
    while a < promised.len() || b < came.len() {
        if a < promised.len() && b < came.len() && promised[a] == came[b] {
            lines.push(format!("    {}", came[b]));
            (a, b) = (a + 1, b + 1);
        } else if b == came.len() || (a < promised.len() && longest[a + 1][b] >= longest[a][b + 1])
        {
            lines.push(format!("  - {}", promised[a]));
            a += 1;
        } else {
            lines.push(format!("  + {}", came[b]));
            b += 1;
        }
    }
    lines.join("\n")
}
