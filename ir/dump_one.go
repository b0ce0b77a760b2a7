package ir

// NodeText is a node in one line, as Dump writes it without number and origin.
func NodeText(n Node) string {
	text, _ := nodeText(n)
	return printable(text)
}
