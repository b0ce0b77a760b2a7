package cli

import (
	"encoding/hex"
	"os"
	"strings"

	"github.com/pvefw/pvefw/compiler/netlink"
)

// chainMemory is where it is kept which chains and sets a kernel has told of, so that it
// need not tell of a hundred thousand again while nobody changes any rules. It can be
// deleted at any time. The nil one knows and keeps nothing.
type chainMemory struct {
	folder *cacheFolder
	name   string // of the kernel's run
	last   *netlink.Listing
}

// fewChains are told faster than they are remembered.
const fewChains = 2000

// chainsOfKernel is the memory of the running kernel, in which nothing is looked up yet. Its
// numbers of networks and of rulesets begin anew with each boot.
func chainsOfKernel(unwanted bool) *chainMemory {
	folder := openFolder(unwanted, "plan", planCache)
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if folder == nil || err != nil {
		return nil
	}
	h := newHasher()
	h.text("chains")
	h.text(strings.TrimSpace(string(boot)))
	name, known := h.sum()
	if !known {
		return nil
	}
	return &chainMemory{folder: folder, name: hex.EncodeToString(name)}
}

// load looks up what was told last.
func (m *chainMemory) load() {
	if m == nil {
		return
	}
	if text, kept := m.folder.load(m.name); kept {
		m.last, _ = netlink.ReadListing(text)
	}
}

// recall gives a connection what is known.
func (m *chainMemory) recall(c *netlink.Conn) {
	if m != nil {
		c.Recall(m.last)
	}
}

// keep writes down what a connection was told.
func (m *chainMemory) keep(c *netlink.Conn) {
	if m == nil {
		return
	}
	if l := c.Listing(); l != nil && l.Chains() >= fewChains && !l.Equal(m.last) {
		m.folder.store(m.name, l.Bytes())
		m.last = l
	}
}
