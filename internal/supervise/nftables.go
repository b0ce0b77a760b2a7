package supervise

import "github.com/pvefw/pvefw/compiler/netlink"

// Nftables connects to the kernel of the machine that this runs on.
func Nftables() (Kernel, error) {
	c, err := netlink.Open()
	if err != nil {
		return nil, err
	}
	return Over(c), nil
}

// Over is the kernel at the end of a connection.
func Over(c *netlink.Conn) Kernel { return nftables{c} }

// nftables is a kernel as netlink reaches it.
type nftables struct{ *netlink.Conn }

func (k nftables) Save() (Ruleset, error) {
	saved, err := k.Conn.Save()
	if err != nil {
		return nil, err
	}
	return saved, nil
}

func (nftables) Parse(b []byte) (Ruleset, error) {
	saved, err := netlink.ReadSaved(b)
	if err != nil {
		return nil, err
	}
	return saved, nil
}

func (k nftables) Restore(r Ruleset) error { return k.Conn.Restore(r.(*netlink.Saved)) }
