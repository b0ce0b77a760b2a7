package netlink

import (
	"errors"
	"slices"

	"golang.org/x/sys/unix"
)

// tableFamilies are those that a kernel has tables in, in nft's words.
var tableFamilies = []struct {
	number byte
	name   string
}{
	{unix.NFPROTO_INET, "inet"}, {unix.NFPROTO_IPV4, "ip"}, {unix.NFPROTO_IPV6, "ip6"}, {unix.NFPROTO_ARP, "arp"},
	{unix.NFPROTO_BRIDGE, "bridge"}, {unix.NFPROTO_NETDEV, "netdev"},
}

// Others lists the tables that are not pvefw's, each as family and name. Of these tables
// nothing else is ever read.
func (c *Conn) Others() ([]string, error) {
	var mine []string
	for _, t := range c.tables() {
		mine = append(mine, t.Family.String()+" "+t.Name)
	}
	var out []string
	for range attempts {
		out = out[:0]
		var err error
		for _, f := range tableFamilies {
			err = c.ask(unix.NFT_MSG_GETTABLE, unix.NLM_F_DUMP, f.number, func(*wire) {}, func(b []byte) error {
				if name := f.name + " " + text(attributes(b).get(unix.NFTA_TABLE_NAME)); !slices.Contains(mine, name) {
					out = append(out, name)
				}
				return nil
			})
			if err != nil {
				break
			}
		}
		if !errors.Is(err, errMoved) && !errors.Is(err, unix.EINTR) {
			return out, err
		}
	}
	return nil, ErrBusy
}
