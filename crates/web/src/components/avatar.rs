//! A person's name with their initials before it.

use maud::{Markup, html};

/// The initials are decoration; the name is what is read.
pub fn person(name: &str) -> Markup {
    html! { span.person { span.avatar aria-hidden="true" { (initials(name)) } span { (name) } } }
}

fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let first = words.first().and_then(|word| word.chars().next());
    let last = words.iter().skip(1).next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_name() {
        let check = |name, expect: &str| assert_eq!(initials(name), expect);
        check("Maya Lindqvist", "ML");
        check("jean-luc de la tour", "JT");
        check("Åsa", "Å");
        check("", "");
    }
}
