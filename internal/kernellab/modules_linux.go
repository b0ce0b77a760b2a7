//go:build linux && amd64

package kernellab

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// wantedModules are the kernel modules that a node with this firewall has, and
// the channel to the outside. What they depend on comes with them; crc32c and the
// text search are asked for by name at run time, which no module file tells.
const wantedModules = `crc32c_generic ts_kmp virtio_pci virtio_console
bridge br_netfilter veth
nf_conntrack nf_conntrack_netlink nfnetlink_log nfnetlink_queue
nf_conntrack_ftp nf_conntrack_amanda nf_conntrack_irc nf_conntrack_netbios_ns nf_conntrack_pptp
nf_conntrack_sane nf_conntrack_sip nf_conntrack_snmp nf_conntrack_tftp
ip_tables ip6_tables iptable_filter ip6table_filter iptable_raw ip6table_raw ipt_REJECT ip6t_REJECT
xt_physdev xt_conntrack xt_mark xt_connmark xt_mac xt_multiport xt_iprange xt_addrtype xt_set xt_NFLOG xt_NFQUEUE
xt_limit xt_hashlimit xt_tcpudp xt_CT xt_comment xt_sctp xt_dccp
ip_set ip_set_hash_net
ebtables ebtable_filter ebt_arp ebt_ip ebt_ip6 ebt_mark_m
nf_tables nft_ct nft_log nft_limit nft_queue nft_objref nft_reject_inet nft_reject_bridge nft_meta_bridge nf_conntrack_bridge
nft_fib_inet nft_fib_ipv4 nft_fib_ipv6`

// diskModules are what it takes to reach a disk, and the channel to the outside.
const diskModules = "crc32c_generic virtio_pci virtio_console virtio_blk ext4"

// kernelModule is one module, uncompressed.
type kernelModule struct {
	name   string
	object []byte
}

// moduleTree resolves dependencies among the modules of one kernel.
type moduleTree struct {
	paths map[string]string // name with underscores to file
	done  map[string]bool
	order []kernelModule // dependencies first
}

// loadModules reads the wanted modules in an order in which they can be loaded.
// A name that the kernel does not have as a module is taken to be built in.
func loadModules(dir, wanted string) ([]kernelModule, error) {
	t := moduleTree{paths: map[string]string{}, done: map[string]bool{}}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if name, _, ok := strings.Cut(filepath.Base(path), ".ko"); ok {
			t.paths[strings.ReplaceAll(name, "-", "_")] = path
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if t.paths["bridge"] == "" || t.paths["ip_tables"] == "" {
		return nil, &MissingError{"the modules bridge and ip_tables in " + dir}
	}
	for _, name := range strings.Fields(wanted) {
		if err := t.add(name); err != nil {
			return nil, err
		}
	}
	return t.order, nil
}

func (t *moduleTree) add(name string) error {
	name = strings.ReplaceAll(name, "-", "_")
	path := t.paths[name]
	if path == "" || t.done[name] {
		return nil
	}
	t.done[name] = true
	object, err := readModule(path)
	if err != nil {
		return err
	}
	needed, err := dependencies(object)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, n := range needed {
		if err := t.add(n); err != nil {
			return err
		}
	}
	t.order = append(t.order, kernelModule{name, object})
	return nil
}

func readModule(path string) ([]byte, error) {
	if !strings.HasSuffix(path, ".xz") {
		return os.ReadFile(path)
	}
	object, err := exec.Command("xz", "-dc", path).Output()
	if err != nil {
		return nil, fmt.Errorf("xz -dc %s: %w", path, err)
	}
	return object, nil
}

// dependencies reads what a module says about itself.
func dependencies(object []byte) ([]string, error) {
	file, err := elf.NewFile(bytes.NewReader(object))
	if err != nil {
		return nil, err
	}
	section := file.Section(".modinfo")
	if section == nil {
		return nil, nil
	}
	info, err := section.Data()
	if err != nil {
		return nil, err
	}
	for entry := range strings.SplitSeq(string(info), "\x00") {
		if list, ok := strings.CutPrefix(entry, "depends="); ok && list != "" {
			return strings.Split(list, ","), nil
		}
	}
	return nil, nil
}
