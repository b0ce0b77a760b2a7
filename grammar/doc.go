// Package grammar owns the syntax of .fw files: the lossless tree, Parse, Print,
// Format and the one description of the language, which participle reads. It must
// not know what a name or a value means, nor read anything but the bytes it is
// given. Invariant: Print(Parse(b)) == b for every b, and every byte lies in
// exactly one Line. Start reading at Line in tree.go, then language.go and rule.go.
package grammar
