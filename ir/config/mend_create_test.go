package config

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// create applies a fix to files.
func create(t fataler, files map[string]string, fix diag.Fix) map[string]string {
	t.Helper()
	edits := map[*source.File][]source.Edit{}
	for _, e := range fix.Edits {
		edits[e.Span.File] = append(edits[e.Span.File], e)
	}
	out := maps.Clone(files)
	for f, list := range edits {
		text, err := source.Apply(f, list)
		if err != nil {
			t.Fatalf("%v", err)
		}
		out[f.Name()] = string(text)
	}
	return out
}

func offers(list diag.List) (all []diag.Fix) {
	for _, d := range list {
		for _, f := range d.Fixes {
			if f.Safety == diag.Offered {
				all = append(all, f)
			}
		}
	}
	return all
}

func TestUnknownNamesCanBeCreated(t *testing.T) {
	type texts = map[string]string
	for name, c := range map[string]struct {
		files texts
		want  []texts // what each offer makes of the files it changes
	}{
		"alias, own section": {texts{"cluster.fw": "", "100.fw": "[ALIASES]\n\nlan 10.0.0.0/8\n\n[RULES]\nIN DROP -source guest/nas\n"},
			[]texts{{"100.fw": "[ALIASES]\n\nlan 10.0.0.0/8\nnas ADDRESS\n\n[RULES]\nIN DROP -source guest/nas\n"}}},
		"alias, empty section": {texts{"cluster.fw": "[ALIASES]\n[IPSET web]\nnas # here\n"},
			[]texts{{"cluster.fw": "[ALIASES]\n\nnas ADDRESS\n[IPSET web]\nnas # here\n"}}},
		"alias, section too late": {texts{"cluster.fw": "# us\n[RULES]\nIN DROP -dest dc/nas\n[ALIASES]\nlan 10.0.0.0/8\n"},
			[]texts{{"cluster.fw": "[ALIASES]\n\nnas ADDRESS\n\n# us\n[RULES]\nIN DROP -dest dc/nas\n[ALIASES]\nlan 10.0.0.0/8\n"}}},
		"alias, either file": {texts{"cluster.fw": "[OPTIONS]\nenable: 1", "100.fw": "[RULES]\nIN DROP -source nas\n"},
			[]texts{{"100.fw": "[ALIASES]\n\nnas ADDRESS\n\n[RULES]\nIN DROP -source nas\n"},
				{"cluster.fw": "[OPTIONS]\nenable: 1\n\n[ALIASES]\n\nnas ADDRESS\n"}}},
		"alias whose line is refused": {texts{"cluster.fw": "", "100.fw": "[ALIASES]\nnas 1.2\n[RULES]\nIN DROP -source nas\n"}, nil},
		"set": {texts{"cluster.fw": "[OPTIONS]\nenable: 1\n\n# all\n[RULES]\n", "host.fw": "[RULES]\nIN DROP -source +Web\n"},
			[]texts{{"cluster.fw": "[OPTIONS]\nenable: 1\n\n[IPSET web]\n\n# all\n[RULES]\n", "host.fw": "[RULES]\nIN DROP -source +web\n"}}},
		"management": {texts{"cluster.fw": "[OPTIONS]\nenable: 1\n", "100.fw": "[RULES]\nIN ACCEPT -source +management\n"},
			[]texts{{"cluster.fw": "[OPTIONS]\nenable: 1\n\n[IPSET management]\n"}}},
		"group": {texts{"cluster.fw": "[RULES]\nGROUP SSH -i vmbr0\n"},
			[]texts{{"cluster.fw": "[RULES]\nGROUP ssh -i vmbr0\n\n[group ssh]\n"}}},
		"name of a group": {texts{"cluster.fw": "[group web]\nIN DROP\n[RULES]\nIN DROP -source +web\n"},
			[]texts{{"cluster.fw": "[IPSET web]\n\n[group web]\nIN DROP\n[RULES]\nIN DROP -source +web\n"}}},
		"no cluster.fw worth the name": {texts{"cluster.fw": "0", "100.fw": "[RULES]\nGROUP web\nIN DROP -source dc/lan\n"}, nil},
		"a scope that holds none":      {texts{"cluster.fw": "[RULES]\nIN DROP -source guest/nas\n"}, nil},
		"no name of a group":           {texts{"cluster.fw": "[RULES]\nGROUP x\n"}, nil},
	} {
		_, list := Resolve(guestInput(c.files))
		var got []texts
		for _, fix := range offers(list) {
			after := create(t, c.files, fix)
			maps.DeleteFunc(after, func(name, text string) bool { return text == c.files[name] })
			got = append(got, after)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Whatever the files hold, a created name is found by the reference that missed it;
// an alias only when its address has been written, and until then the reader
// stumbles over the line.
func TestCreatedNamesAreFound(t *testing.T) {
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		files := map[string]string{"qemu-server/100.conf": ""}
		for _, name := range []string{"cluster.fw", "host.fw", "100.fw"} {
			files[name] = fileText(t)
		}
		_, list := Resolve(inputOf(files))
		var missing diag.List
		for _, d := range list {
			if len(offers(diag.List{d})) > 0 {
				missing = append(missing, d)
			}
		}
		if len(missing) == 0 {
			return
		}
		n++
		d := rapid.SampledFrom(missing).Draw(t, "finding")
		fix := rapid.SampledFrom(offers(diag.List{d})).Draw(t, "fix")
		after := create(t, files, fix)
		if _, said := Resolve(inputOf(after)); d.Rule == aliasUnknown && !strings.Contains(strings.Join(codesOf(said), "\n"), "'"+addressToWrite+"'") {
			t.Fatalf("nothing is said about the missing address: %q", codesOf(said))
		}
		for name, text := range after {
			after[name] = strings.ReplaceAll(text, addressToWrite, "10.0.0.1")
		}
		_, again := Resolve(inputOf(after))
		for _, e := range again {
			if e.Rule == d.Rule && e.Span.Text() == strings.ToLower(d.Span.Text()) && e.Span.File.Name() == d.Span.File.Name() {
				t.Fatalf("%s: %q is still unknown after %q, in\n%q", d.Span, d.Span.Text(), fix.Title, after)
			}
		}
	})
	if n == 0 {
		t.Error("nothing was offered")
	}
}

func TestOffersAreBounded(t *testing.T) {
	text := "[RULES]\n" + strings.Repeat("IN DROP -source nowhere\n", 2*mostOffers)
	_, list := Resolve(guestInput(map[string]string{"cluster.fw": text}))
	if n := len(offers(list)); n != mostOffers {
		t.Errorf("%d offers", n)
	}
}
