package config

// Corosync is what corosync.conf says about cluster links (reference §6.9).
type Corosync struct {
	Transport string // knet when it is not set
	Nodes     []CorosyncNode
}

// CorosyncNode is one member and its ring addresses.
type CorosyncNode struct {
	Name  string
	Links map[int]string // ringN_addr by N
}
