package grammar

// parseOption reads `name: value`. Whether the option exists and takes the value
// is judged in config; here only lines without that form are dropped, with the
// daemon's one message for every failing option (reference/pve-firewall §2.2).
func (g *language) parseOption(base Base, text []byte) Line {
	tokens := scanOption(text, base.Body.Start)
	read := g.options.match(options, tokens)
	if !read.ok || read.taken != len(tokens) {
		return bad(base, text, g.badOption(base, text))
	}
	tree := read.tree
	o := &Option{Base: base, Name: tokens[tree.Name.Pos.Offset].at}
	colon := o.Name.End + 1
	o.Value = Word{colon, colon}
	if n := len(tree.Value); n > 0 {
		first, last := tree.Value[0].Word.Pos.Offset, tree.Value[n-1].Word.Pos.Offset
		o.Value = Word{tokens[first].at.Start, tokens[last].at.End}
	}
	return o
}

func (g *language) badOption(base Base, text []byte) *Fault {
	f := &Fault{Code: optionUnparsable.Code, At: base.Body, Message: "can't parse option '" + string(text) + "'"}
	if text[0] == '[' {
		f.Code = g.headerCode(text)
	}
	return f
}
