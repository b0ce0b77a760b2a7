package kernellab

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/ir/packet"
)

// The kernel is asked everything only on demand, because that takes many minutes
// (go test -timeout 1h): PVEFW_LAB=full asks all conformance packets and at least
// 2,000 random ones, others from run to run. PVEFW_LAB_SEED repeats a random run.
// Otherwise each test asks as much as it can in its share of the time.
const (
	labVariable  = "PVEFW_LAB"
	seedVariable = "PVEFW_LAB_SEED"
)

// enough mismatches to look at; more would be the same ones.
const enough = 5

func full() bool { return os.Getenv(labVariable) == "full" }

// share is how long a test of a run that is not full goes on asking. How busy the
// machine is decides how much it asks, never whether it passes.
const share = 20 * time.Second

func timeIsUp(started time.Time) bool { return !full() && time.Since(started) > share }

// What simulate says of the measured configurations is what this kernel does with
// the texts that pvefw emits for them, a text that cannot be loaded included.
func TestKernelAgreesOnConformanceCases(t *testing.T) {
	agreeOnMeasured(t, 1, func(s *subject, _ int) { s.semantics = lower.Reference })
}

// agreeOnMeasured asks this kernel about the measured configurations and their packets,
// so many times over. Form says how a configuration is compiled and loaded; its number
// is another one each time that a configuration comes again.
func agreeOnMeasured(t *testing.T, times int, form func(s *subject, n int)) {
	t.Helper()
	folders := measuredFolders(t)
	m := boot(t)
	judge := judge{T: t, machine: m}
	started := time.Now()
	for i := 0; i < times*len(folders) && !timeIsUp(started); i++ {
		s, folder := measuredSubject(t, folders, i)
		form(&s, i+i/len(folders))
		judge.excused = s.excuse()
		if w := s.compile(t); s.made(w) {
			judge.compare(s, w, measuredPackets(t, folder, w))
		}
		if len(judge.mismatches) >= enough {
			break
		}
	}
	judge.report()
}

func measuredFolders(t *testing.T) []string {
	t.Helper()
	cases := measured.Path(t, "conformance/cases")
	folders, err := filepath.Glob(filepath.Join(cases, "*", "config"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no case in %s: %v", cases, err)
	}
	return folders
}

// measuredSubject is the i-th measured configuration, and the folder of its case. A
// few in a row are not neighbours, which have much in common.
func measuredSubject(t *testing.T, folders []string, i int) (subject, string) {
	t.Helper()
	const every = 7
	config := folders[i*every%len(folders)]
	folder := filepath.Dir(config)
	return subject{name: filepath.Base(folder), files: readTree(t, config)}, folder
}

// Configurations and packets that nobody chose, in both families and under both
// semantics.
func TestKernelAgreesOnRandomConfigs(t *testing.T) {
	agreeOnRandom(t, 300, func(r *rand.Rand) subject {
		return subject{files: randomConfig(r), semantics: lower.Semantics(r.IntN(2))}
	})
}

// agreeOnRandom asks this kernel about subjects that are drawn until so many packets
// agreed, 2,000 in a full run.
func agreeOnRandom(t *testing.T, wanted int, draw func(*rand.Rand) subject) {
	t.Helper()
	m := boot(t)
	seed := randomSeed(t)
	if full() {
		wanted = 2000
	}
	judge := judge{T: t, machine: m}
	started := time.Now()
	for i := 0; judge.agreed < wanted && i < wanted && !timeIsUp(started); i++ {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		s := draw(r)
		s.name = fmt.Sprintf("seed %d, config %d", seed, i) + s.name
		judge.excused = s.excuse()
		if w := s.compile(t); s.made(w) {
			judge.compare(s, w, randomPackets(r, w))
		}
		if len(judge.mismatches) >= enough {
			break
		}
	}
	judge.report()
	if full() && judge.agreed < wanted {
		t.Errorf("only %d packets agreed, want %d", judge.agreed, wanted)
	}
}

// made reports whether the subject's carrier has something to load.
func (s *subject) made(w world) bool {
	switch {
	case s.batch:
		return w.program != nil
	case s.script != nil:
		return w.rules.NFT != ""
	}
	return true
}

// randomSeed is that of the run, which the log tells.
func randomSeed(t *testing.T) uint64 {
	t.Helper()
	seed := uint64(1)
	if full() {
		seed = uint64(time.Now().UnixNano())
	}
	if text := os.Getenv(seedVariable); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	t.Logf("%s=%d", seedVariable, seed)
	return seed
}

// The comparison can fail: texts that let the wrong port through are noticed, and
// what is left of the configuration is what matters.
func TestPlantedDifferenceIsFound(t *testing.T) {
	m := boot(t)
	s := subject{name: "planted", semantics: lower.Intended, files: map[string]string{
		"cluster.fw": "[OPTIONS]\nenable: 1\n[group other]\nOUT ACCEPT\n[RULES]\nIN ACCEPT -source 192.0.2.1\nIN ACCEPT -p tcp -dport 4444\n",
		"host.fw":    "[RULES]\nIN ACCEPT -p udp -dport 53\n",
	}}
	s.spoil = func(r *Rules) { r.IPTables = strings.ReplaceAll(r.IPTables, "4444", "4445") }
	w := s.compile(t)
	judge := judge{T: t, machine: m}
	q := packet.DefaultQuery()
	judge.compare(s, w, []question{w.ask(q)})
	q.DPort = 4444
	judge.compare(s, w, []question{w.ask(q)})
	if judge.agreed != 1 || len(judge.mismatches) != 1 {
		t.Fatalf("%d agreed, mismatches %v; want one of each", judge.agreed, judge.mismatches)
	}
	files := judge.mismatches[0].subject.files
	if want := "enable: 1\n[RULES]\nIN ACCEPT -p tcp -dport 4444\n"; !strings.HasSuffix(files["cluster.fw"], want) || files["host.fw"] != "" {
		t.Errorf("shrunk to %q, %q; want %q and nothing", files["cluster.fw"], files["host.fw"], want)
	}
}
