use super::Parameter;

fn check(query: &str, expected: &Parameter) {
    assert_eq!(&Parameter::of(Some(query), "code"), expected, "{query}");
}

fn one(value: &str) -> Parameter {
    Parameter::One(value.into())
}

#[test]
fn a_parameter_is_decoded_once() {
    check("code=abc", &one("abc"));
    check("x=1&code=a%2Fb&y", &one("a/b"));
    check("code=a%252Fb", &one("a%2Fb"));
    check("code=a+b", &one("a b"));
    check("code=a=b", &one("a=b"));
    check("code=", &one(""));
    check("code", &one(""));
    check("%63ode=x", &one("x"));
    assert_eq!(Parameter::of(None, "code"), Parameter::Absent);
    check("Code=x&codes=y&xcode=z", &Parameter::Absent);
}

#[test]
fn s_085_a_repeated_parameter_is_unusable_however_its_name_is_written() {
    for query in [
        "code=a&code=b",
        "code=a&code=a",
        "code=a&x=1&%63ode=b",
        "code&code=b",
        "code=a&code=b&code=c",
        "code=%ff",
        "code=%ff&code=a",
        "code=a&code=%ff",
    ] {
        check(query, &Parameter::Unusable);
    }
}
