package assist

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
	"pgregory.net/rapid"
)

// leads says of every mention of all files, in order, what Proxmox finds: the file
// and the ordinal of the definition in force.
func leads(w *World) map[string][]string {
	all, x := map[string][]string{}, w.Index()
	for _, f := range x.files {
		name := filepath.Base(f.fw.File.Source.Name())
		for i, m := range f.names.Mentions {
			s, exact := x.symbol(f.fw, f.names, m)
			at := "nowhere"
			if exact && s.Home != nil {
				at = fmt.Sprint(filepath.Base(s.Home.File.Source.Name()), " ", definedAt(x, s))
			}
			all[name] = append(all[name], fmt.Sprintf("%d %s lost=%t defines=%t: %s", i, m.Kind, m.Lost, m.Defines, at))
		}
	}
	return all
}

// definedAt lists the ordinals of the mentions that define a symbol.
func definedAt(x *Index, s Symbol) []int {
	var at []int
	n := x.Of(s.Home.File)
	for i, m := range n.Mentions {
		if m.Defines && m.Kind == s.Kind && n.key(m).name == s.Name {
			at = append(at, i)
		}
	}
	return at
}

// apply makes edits in all files.
func apply(t tb, w *World, edits []source.Edit) map[string]string {
	t.Helper()
	byFile := map[*source.File][]source.Edit{}
	for _, e := range edits {
		byFile[e.Span.File] = append(byFile[e.Span.File], e)
	}
	files := map[string]string{}
	w.Config.EachFile(func(fw *config.FW) {
		src := fw.File.Source
		text, err := source.Apply(src, byFile[src])
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(src.Name())] = string(text)
	})
	return files
}

// Law: after a rename every name of all files leads where it led, and nothing of
// the old name is left; or the rename was refused with a sentence.
func TestRenameKeepsWhatNamesMean(t *testing.T) {
	made := 0
	rapid.Check(t, func(t *rapid.T) {
		files := randomFiles(t)
		w := build(t, files)
		f := file(t, w, rapid.SampledFrom([]string{"cluster.fw", "100.fw"}).Draw(t, "file"))
		mentions := w.Index().Of(f.FW.File).Mentions
		if len(mentions) == 0 {
			return
		}
		m := rapid.SampledFrom(mentions).Draw(t, "mention")
		to := rapid.SampledFrom(append(someNames, "new", "NEW", "x", "name-that-is-too-long")).Draw(t, "to")
		edits, why := f.At(int(m.Word.Start)).Rename(to)
		if (why == "") == (len(edits) == 0) {
			t.Fatalf("%d edits, and %q", len(edits), why)
		}
		if why != "" {
			return
		}
		made++
		changed := apply(t, w, edits)
		changed["100.conf"], changed["101.conf"] = files["100.conf"], files["101.conf"]
		if diff := cmp.Diff(leads(w), leads(build(t, changed))); diff != "" {
			t.Fatalf("renaming to %s moves names (-before +after):\n%s", to, diff)
		}
	})
	if made == 0 {
		t.Error("no rename was made")
	}
}

func TestRenameIsRefusedInSentences(t *testing.T) {
	w := build(t, map[string]string{
		"cluster.fw": "[ALIASES]\nlan 10.0.0.0/8\nlocal_network 10.0.0.0/8\n\n[IPSET web]\nlan\n\n[IPSET management]\nlan\n\n[RULES]\nIN SSH(ACCEPT) -source +web\nGROUP none\n",
		"100.fw":     "[ALIASES]\nown 10.0.0.1\n\n[RULES]\nIN ACCEPT -source lan -i net0\nIN ACCEPT -source later\n",
		"100.conf":   "net0: virtio=AA:00:00:00:00:01,bridge=vmbr0,firewall=1\n",
	})
	for _, c := range []struct{ file, word, to, want string }{
		{"cluster.fw", "lan", "a b", `A name has two or more letters, digits, hyphens or underscores and begins with a letter; "a b" does not.`},
		{"cluster.fw", "lan", "local_network", "The name local_network acts by itself, so this would do more than rename the alias."},
		{"cluster.fw", "local_network", "lan2", "The alias local_network acts by its name; under another it would do nothing."},
		{"cluster.fw", "management", "mgmt", "The IPSet management acts by its name; under another it would do nothing."},
		{"cluster.fw", "web", "blacklist", "The name blacklist acts by itself, so this would do more than rename the IPSet."},
		{"cluster.fw", "SSH", "HTTP", "Macros are Proxmox's own and have fixed names."},
		{"cluster.fw", "none", "some", "Nothing defines the security group none, so there is nothing to rename."},
		{"cluster.fw", "lan", "later", "The name later in 100.fw:6:19 would then lead to this alias."},
		{"cluster.fw", "lan", "own", "In 100.fw:5:19 the new name would lead to the alias of that file."},
		{"100.fw", "net0", "net1", "Network devices are named by the guest's configuration."},
		{"100.fw", "own", "lan", "The name lan in 100.fw:5:19 would then lead to this alias."},
		{"100.fw", "ACCEPT", "DROP", "There is no name here that could be changed."},
	} {
		p := place(t, w, c.file, c.word)
		edits, why := p.Rename(c.to)
		if why = shorten(why, p.source()); len(edits) > 0 || why != c.want {
			t.Errorf("%s: %s to %s: %d edits, %q, want %q", c.file, c.word, c.to, len(edits), why, c.want)
		}
	}
}
