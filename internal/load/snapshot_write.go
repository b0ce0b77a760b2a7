package load

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// WriteSnapshot gathers what lint and compile need of a node whose file system lies
// below root ("/" for this machine's), or of a CONFIG directory. The archive holds
// .fw files as they are, and of other files only what pvefw reads of them. Equal
// facts give equal bytes. The error is always an *Error.
func WriteSnapshot(root string) ([]byte, error) {
	l := sourceOf(root)
	if is, err := l.tree.isDir("", l.shownRoot()); err != nil {
		return nil, err
	} else if !is {
		return nil, usage("%s is not a directory; a snapshot is taken of the root of a file system, or of a directory laid out like /etc/pve", l.shown())
	}
	if err := l.loadSettings(l.dir); err != nil {
		return nil, err
	}
	p, err := l.survey()
	if err != nil {
		return nil, err
	}
	if p.empty() {
		return nil, broken("there is no firewall configuration in %s", l.shown())
	}
	w := &snapshotWriter{loader: l, files: map[string][]byte{}}
	if err := w.gather(p); err != nil {
		return nil, err
	}
	return pack(w.files)
}

// sourceOf is where a snapshot below root is taken from: /etc/pve there, with what
// the machine knows, or else root itself.
func sourceOf(root string) *loader {
	below := filepath.Join(root, LivePath)
	if !isDir(below) {
		return newLoader(root, Options{})
	}
	l := newLoader(below, Options{})
	if filepath.Clean(root) == "/" {
		l.meet(liveMachine())
	} else {
		l.meet(machineBelow(root))
	}
	return l
}

// snapshotWriter collects the files of a snapshot.
type snapshotWriter struct {
	*loader
	files map[string][]byte
}

// add puts a file into the snapshot, reduced unless reduce is nil. A file that is
// not there is left out.
func (w *snapshotWriter) add(inner, as string, reduce func(*source.File) []byte) error {
	f, err := w.optional(inner)
	if err != nil || f == nil {
		return err
	}
	text := f.Bytes()
	if reduce != nil {
		text = reduce(f)
	}
	w.files[as] = text
	return nil
}

func (w *snapshotWriter) gather(p *plan) error {
	for _, inner := range p.firewallFiles() {
		if err := w.add(inner, inner, nil); err != nil {
			return err
		}
	}
	for i := range p.nodes {
		for _, g := range p.nodes[i].guests {
			if err := w.addGuest(g); err != nil {
				return err
			}
		}
	}
	for inner, reduce := range factSources() {
		if err := w.add(inner, inner, reduce); err != nil {
			return err
		}
	}
	if w.files[ipamFile] == nil {
		// Only root may read it; without it the sets made of it are unknown.
		_ = w.add(oldIPAMFile, ipamFile, config.ReduceIPAM)
	}
	return w.addFacts(p)
}

// firewallFiles lists the .fw files, also those that Proxmox does not read: lint has
// something to say about them.
func (p *plan) firewallFiles() []string {
	list := append(slices.Collect(maps.Values(p.guestFW)), p.vnets...)
	list = append(append(list, p.strays...), p.cluster)
	for i := range p.nodes {
		list = append(list, p.nodes[i].host)
	}
	return slices.DeleteFunc(list, func(inner string) bool { return inner == "" })
}

// factSources are the files at the top that facts are taken from.
func factSources() map[string]func(*source.File) []byte {
	return map[string]func(*source.File) []byte{
		"corosync.conf": config.ReduceCorosync, "datacenter.cfg": config.ReduceDatacenterCfg, "storage.cfg": config.ReduceStorageCfg,
		"sdn/.running-config": config.ReduceSDN, ipamFile: config.ReduceIPAM, ".vmlist": reduceList,
	}
}

func (w *snapshotWriter) addGuest(g guestPlan) error {
	return w.add(g.conf, g.conf, func(f *source.File) []byte {
		env := g.env
		if g.judge {
			env = confKind(f.Bytes())
		}
		return config.ReduceGuestConf(f, env, g.judge)
	})
}

// reduceList keeps of .vmlist which guest of which kind is where.
func reduceList(f *source.File) []byte {
	var list, kept vmlist
	if json.Unmarshal(f.Bytes(), &list) != nil {
		return []byte(strconv.Quote(config.Removed) + "\n")
	}
	kept.IDs = map[string]vmlistEntry{}
	for id, at := range list.IDs {
		if _, err := strconv.Atoi(id); err == nil && nodeName.MatchString(at.Node) {
			kept.IDs[id] = vmlistEntry{Node: at.Node, Type: map[bool]string{true: "lxc", false: "qemu"}[at.Type == "lxc"]}
		}
	}
	return encoded(kept)
}

func encoded(value any) []byte {
	out, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return nil
	}
	return append(out, '\n')
}

// addFacts records what is known about each node beside the files, be it from the
// machine or from a settings file.
func (w *snapshotWriter) addFacts(p *plan) error {
	at, err := w.choose(p)
	if err != nil {
		return err
	}
	known := recordedFacts{Version: snapshotVersion, Whole: w.whole, Node: w.home, Nodes: map[string]recordedNode{}}
	if known.Node == "" && at >= 0 {
		known.Node = w.name(&p.nodes[at])
	}
	for i := range p.nodes {
		name := w.name(&p.nodes[i])
		h := w.facts(name, i == at)
		known.Nodes[name] = recordedNode{h.Address, h.Addresses, h.LocalNetwork, h.AltNames}
	}
	w.files[factsFile] = encoded(known)
	return nil
}

// pack writes the archive: names in byte order, one time, one owner, one mode.
func pack(files map[string][]byte) ([]byte, error) {
	var out bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	to := tar.NewWriter(zip)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		head := &tar.Header{Name: name, Mode: 0o644, Size: int64(len(files[name])), ModTime: time.Unix(0, 0)}
		if err := to.WriteHeader(head); err != nil {
			return nil, broken("cannot put %s into a snapshot: its name is no path", name)
		}
		if _, err := to.Write(files[name]); err != nil {
			return nil, broken("cannot put %s into a snapshot", name)
		}
	}
	if to.Close() != nil || zip.Close() != nil {
		return nil, broken("cannot finish the snapshot")
	}
	return out.Bytes(), nil
}
