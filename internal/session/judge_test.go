package session

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/textdiff"
)

// shown is findings as people see them, all facts included.
func shown(t testing.TB, list diag.List) string {
	t.Helper()
	var b strings.Builder
	if err := diag.WriteJSON(&b, list, diag.Summary{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Law: what Judge finds in a guest's file by its slice is what a lint of everything
// finds there, but for the rules that other guests decide about. The CONFIGs are those
// of the archives, in which every rule fires, and mixtures of them.
func TestASliceIsEnoughForAGuest(t *testing.T) {
	all := archives(t)
	names := slices.Sorted(maps.Keys(all))
	r, judged := rand.New(rand.NewPCG(1, 2)), 0
	for i := range len(names) + 30 {
		name, text := "a mixture", mixture(r, names, all)
		if i < len(names) {
			name, text = names[i], all[names[i]]
		}
		s, whole := open(t, text).Snapshot(), open(t, text).Snapshot()
		for _, file := range s.Names() {
			if s.places[file].kind != guestFile {
				continue
			}
			judged++
			checkSlice(t, name+"/"+file, s, whole, file)
		}
	}
	if judged < 150 {
		t.Errorf("only %d files of guests", judged)
	}
}

func checkSlice(t *testing.T, what string, s, whole *Snapshot, file string) {
	t.Helper()
	near, err := s.Judge(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	x, err := whole.Settle(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	local := func(list diag.List) string {
		return shown(t, slices.DeleteFunc(slices.Clone(list), func(d diag.Diagnostic) bool { return s.rules.decidedElsewhere(d.Rule) }))
	}
	if d := textdiff.Unified("everything", "slice", local(x.Of(file)), local(near), 2); d != "" {
		t.Errorf("%s:\n%s", what, d)
	}
}

// mixture takes one file of each name from four archives, and all their guests.
func mixture(r *rand.Rand, names []string, all map[string]string) string {
	files := map[string][]string{}
	for range 4 {
		for _, part := range strings.Split("\n"+all[names[r.IntN(len(names))]], "\n-- ")[1:] {
			name, body, _ := strings.Cut(part, " --\n")
			files[name] = append(files[name], body+"\n")
		}
	}
	var b strings.Builder
	vmid := 100
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasSuffix(name, ".fw") && name[0] >= '1' && name[0] <= '9' {
			for _, body := range files[name] {
				fmt.Fprintf(&b, "-- %d.fw --\n%s", vmid, body)
				vmid++
			}
			continue
		}
		fmt.Fprintf(&b, "-- %s --\n%s", name, files[name][r.IntN(len(files[name]))])
	}
	return b.String()
}
