package load

import (
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// loadStdin reads one .fw text, or a snapshot, from Options.Stdin.
func (l *loader) loadStdin() error {
	name := filepath.ToSlash(l.opt.StdinName)
	if name == "" {
		name = "<stdin>"
	}
	if l.opt.Stdin == nil {
		return usage("nothing can be read from standard input here")
	}
	data, err := l.reader.drain(name, l.opt.Stdin, 0)
	if err != nil {
		return err
	}
	if l.out.Snapshot, err = l.openSnapshot(data); err != nil {
		return err
	}
	if l.out.Snapshot {
		l.prefix = ""
		return l.loadDirectory()
	}
	return l.alone(source.NewFile(name, data), name)
}

// loadSingle takes one .fw file by itself.
func (l *loader) loadSingle(text []byte) error {
	return l.alone(source.NewFile(l.prefix, text), l.out.Root)
}

// alone makes a CONFIG of one file at a path. One node stands for wherever it
// belongs.
func (l *loader) alone(f *source.File, at string) error {
	l.out.Files = 1
	in := &l.out.Input
	in.NoGuestConfs = true
	node := nodePlan{noDir: true}
	host := config.NodeInput{Facts: l.facts(l.name(&node), true)}
	host.Facts.NoDir = true
	env, vmid, ok := kindByPath(at)
	if !ok {
		var err error
		if env, err = l.guess(f); err != nil {
			return err
		}
		vmid = 100
	}
	switch env {
	case facts.Cluster:
		in.Cluster, in.Datacenter = f, true
	case facts.Host:
		host.HostFW = f
	case facts.VNet:
		in.VNets = []config.VNetInput{{Name: strings.TrimSuffix(path.Base(at), ".fw"), FW: f}}
	default:
		host.Guests = []config.GuestInput{{VMID: vmid, Env: facts.VM, FW: f, Unknown: true}}
		in.Missing = append(in.Missing, "config of the guest of "+f.Name()+": its kind and NICs are unknown")
	}
	in.Nodes = []config.NodeInput{host}
	return nil
}

var kindNames = map[facts.Env]string{
	facts.Cluster: "the datacenter's (cluster.fw)", facts.Host: "a node's (host.fw)", facts.VM: "a guest's (<vmid>.fw)",
	facts.CT: "a guest's (<vmid>.fw)", facts.VNet: "a VNet's (<vnet>.fw)",
}

// guess judges a file by its content, and says so.
func (l *loader) guess(f *source.File) (facts.Env, error) {
	env, ok := kindByContent(f.Bytes())
	if !ok && path.Ext(f.Name()) != ".fw" {
		return 0, broken("%s is not a firewall file: it has no [OPTIONS], [RULES], [ALIASES], [IPSET name] or [group name]", l.shown())
	}
	l.note("the name " + f.Name() + " does not tell what it is; by its sections it was taken for " + kindNames[env] + " file")
	return env, nil
}

func sortedNumbers[V any](m map[int]V) []int { return slices.Sorted(maps.Keys(m)) }
