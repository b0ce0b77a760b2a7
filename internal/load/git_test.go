package load

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// git runs git in the current directory with an identity of its own.
func git(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// gitTree makes a repository of an archive, everything committed.
func gitRepository(t *testing.T, archive string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	for _, name := range append(gitLocal, "GIT_CONFIG_PARAMETERS") {
		if _, set := os.LookupEnv(name); set {
			t.Setenv(name, "")
			os.Unsetenv(name)
		}
	}
	tree(t, archive)
	if err := os.Remove(".git"); err != nil {
		t.Fatal(err)
	}
	git(t, "init", "-q", "-b", "main")
	git(t, "add", "-A")
	git(t, "commit", "-q", "-m", "one")
}

const small = `
-- pve/firewall/cluster.fw --
[OPTIONS]
-- pve/firewall/100.fw --
old
-- pve/nodes/a/host.fw --
-- pve/nodes/a/qemu-server/100.conf --
-- .pvefw.yaml --
node: {address: 192.0.2.1}
`

const smallLoaded = `
cluster PRE/firewall/cluster.fw
node a address=192.0.2.1 net= PRE/nodes/a/host.fw
 vm 100 PRE/nodes/a/qemu-server/100.conf PRE/firewall/100.fw
`

// content is the text of guest 100's file.
func content(t *testing.T, path string, opt Options) string {
	t.Helper()
	out, err := Load(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	return string(out.Input.Nodes[0].Guests[0].FW.Bytes())
}

func TestRevisions(t *testing.T) {
	gitRepository(t, small)
	git(t, "tag", "v1")
	write(t, "pve/firewall/100.fw", "new\n")
	git(t, "commit", "-aqm", "two")
	for config, prefix := range map[string]string{
		"main:pve": "main:pve", "git:main:pve": "git:main:pve", "HEAD~1:pve/": "HEAD~1:pve", "v1:./pve": "v1:pve",
		"main@{2099-01-01 10:00}:pve": "main@{2099-01-01 10:00}:pve",
	} {
		check(t, config, Options{}, strings.ReplaceAll(smallLoaded, "PRE", prefix))
	}
	if content(t, "v1:pve", Options{}) != "old\n" || content(t, "main:pve", Options{}) != "new\n" {
		t.Error("not the content of the revision")
	}
	check(t, "v1:pve/firewall/100.fw", Options{}, `
node localnode address=192.0.2.1 net= nodir
 vm 100 unknown v1:pve/firewall/100.fw
missing config of the guest of v1:pve/firewall/100.fw: its kind and NICs are unknown
`)
	t.Chdir("pve")
	check(t, "v1", Options{}, strings.ReplaceAll(smallLoaded, "PRE", "v1:pve"))
	check(t, "v1:./", Options{}, strings.ReplaceAll(smallLoaded, "PRE", "v1:pve"))
	// A file of the name is meant unless git: is said.
	write(t, "v1/cluster.fw", "")
	check(t, "v1", Options{}, "cluster v1/cluster.fw\nnode localnode address=192.0.2.1 net= nodir\n")
	check(t, "git:v1", Options{}, strings.ReplaceAll(smallLoaded, "PRE", "git:v1:pve"))
}

func TestRevisionsThatAreNone(t *testing.T) {
	gitRepository(t, small)
	refuse(t, "mian", Options{}, false, "cannot read mian: there is no such file or directory, and no such git revision")
	refuse(t, "git:mian", Options{}, true, "the git repository has no revision mian")
	refuse(t, "git:--all", Options{}, true, `"--all" is no git revision`)
	refuse(t, "git::pve", Options{}, true, `"" is no git revision`)
	refuse(t, "main:nope", Options{}, false, "cannot read main:nope from revision main: there is no such file or directory")
	refuse(t, "main:../x", Options{}, false, "../x is not in the work tree of the git repository "+here(t))
	refuse(t, "main:pve/nodes/a/qemu-server", Options{}, false, "there is no firewall configuration in main:pve/nodes/a/qemu-server: no cluster.fw, host.fw or <vmid>.fw, neither there nor in firewall/ or nodes/")
	t.Chdir(t.TempDir())
	refuse(t, "git:main", Options{}, false, here(t)+" is not in a git repository")
	t.Setenv("PATH", "")
	refuse(t, "git:main", Options{}, false, "git is not installed or not on PATH, and the CONFIG is to be read from it")
}

func here(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestIndex(t *testing.T) {
	gitRepository(t, small)
	write(t, "pve/firewall/100.fw", "staged\n")
	git(t, "add", "-A")
	write(t, "pve/firewall/100.fw", "work tree\n")
	write(t, "pve/firewall/200.fw", "untracked\n")
	staged := Options{Staged: true}
	check(t, "pve", staged, strings.ReplaceAll(smallLoaded, "PRE", "pve"))
	if got := content(t, "pve", staged); got != "staged\n" {
		t.Errorf("the index holds %q", got)
	}
	// Files that only the index has, and a CONFIG that only the index has.
	if err := os.RemoveAll("pve"); err != nil {
		t.Fatal(err)
	}
	check(t, "pve", staged, strings.ReplaceAll(smallLoaded, "PRE", "pve"))
	git(t, "rm", "-rq", "--cached", "pve")
	refuse(t, "pve", staged, false, "cannot read pve from the index: there is no such file or directory")
}

// Invariant: the work tree and the index stay as they are.
func TestIndexIsNotTouched(t *testing.T) {
	gitRepository(t, small)
	write(t, "pve/firewall/100.fw", "other\n")
	before := snapshot(t)
	for _, opt := range []Options{{Staged: true}, {Since: "main"}} {
		if _, err := Load("pve", opt); err != nil {
			t.Fatal(err)
		}
	}
	if after := snapshot(t); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

// snapshot lists all files with their times.
func snapshot(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(".", func(p string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil {
			b.WriteString(p + " " + info.ModTime().String() + "\n")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHookEnvironment(t *testing.T) {
	gitRepository(t, small)
	// As for `git commit -a`: the index of the commit is another file.
	write(t, "pve/firewall/100.fw", "to be committed\n")
	t.Setenv("GIT_INDEX_FILE", ".git/next-index")
	git(t, "read-tree", "HEAD")
	git(t, "add", "-A")
	if got := content(t, "pve", Options{Staged: true}); got != "to be committed\n" {
		t.Errorf("the hook's index holds %q", got)
	}
	t.Setenv("GIT_DIR", ".git")
	t.Setenv("GIT_WORK_TREE", ".")
	t.Chdir("pve/nodes")
	t.Setenv("GIT_DIR", "../../.git")
	t.Setenv("GIT_WORK_TREE", "../..")
	if got := content(t, "..", Options{Staged: true}); got != "to be committed\n" {
		t.Errorf("from a directory below: %q", got)
	}
	// A CONFIG of another repository is not looked up in the hook's.
	other := t.TempDir()
	write(t, filepath.Join(other, "cluster.fw"), "")
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}} {
		cmd := exec.Command("git", append([]string{"-C", other}, args...)...)
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + other}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	if out, err := Load(other, Options{Staged: true}); err != nil || out.Input.Cluster == nil {
		t.Errorf("another repository: %v", err)
	}
}

func TestLinksAndSubmodulesInTheIndex(t *testing.T) {
	gitRepository(t, small+"-- other/.keep --\n")
	link := func(to, name string) {
		t.Helper()
		if err := os.Symlink(to, name); err != nil {
			t.Skip("symbolic links cannot be made here: ", err)
		}
	}
	link("pve", "linked")
	link("100.fw", "pve/firewall/101.fw")
	git(t, "add", "-A")
	check(t, "linked", Options{Staged: true}, strings.ReplaceAll(smallLoaded, "PRE", "linked")+"orphan linked/firewall/101.fw\n")
	for name, c := range map[string]struct{ to, want string }{
		"pve/firewall/102.fw": {"../../../x", "a symbolic link leads out of the git repository"},
		"pve/firewall/103.fw": {"/etc/passwd", "a symbolic link leads out of the git repository"},
		"pve/firewall/104.fw": {"nowhere", "it is a symbolic link that leads nowhere"},
		"pve/firewall/105.fw": {"105.fw", "its symbolic links lead in a circle"},
	} {
		link(c.to, name)
		git(t, "add", "-A")
		refuse(t, "pve", Options{Staged: true}, false, "cannot read "+name+" from the index: "+c.want)
		git(t, "rm", "-qf", name)
	}
	// A submodule is a commit of another repository.
	git(t, "update-index", "--add", "--cacheinfo", "160000,"+git(t, "rev-parse", "HEAD")+",pve/nodes/b")
	refuse(t, "pve", Options{Staged: true}, false, "cannot read pve/nodes/b from the index: pve/nodes/b is a git submodule, whose files are no part of the index")
}

func TestConflictsInTheIndex(t *testing.T) {
	gitRepository(t, small)
	git(t, "checkout", "-qb", "side")
	write(t, "pve/firewall/100.fw", "side\n")
	git(t, "commit", "-aqm", "side")
	git(t, "checkout", "-q", "main")
	write(t, "pve/firewall/100.fw", "main\n")
	git(t, "commit", "-aqm", "main")
	if exec.Command("git", "-c", "user.name=t", "-c", "user.email=t", "merge", "side").Run() == nil {
		t.Fatal("no conflict")
	}
	refuse(t, "pve", Options{Staged: true}, false, "cannot read pve/firewall/100.fw from the index: a merge has left a conflict in it; resolve it first")
}

func TestSince(t *testing.T) {
	gitRepository(t, small)
	git(t, "checkout", "-qb", "work")
	write(t, "pve/firewall/100.fw", "work\n")
	git(t, "commit", "-aqm", "work")
	git(t, "checkout", "-q", "main")
	write(t, "pve/firewall/100.fw", "later\n")
	git(t, "commit", "-aqm", "later")
	git(t, "checkout", "-q", "work")
	if got := content(t, "pve", Options{Since: "main"}); got != "old\n" {
		t.Errorf("where work left main the file held %q", got)
	}
	check(t, "pve", Options{Since: "main"}, strings.ReplaceAll(smallLoaded, "PRE", "pve"))
	refuse(t, "pve", Options{Since: "gone"}, true, "the git repository has no revision gone")
	top := here(t)
	t.Chdir(t.TempDir())
	git(t, "clone", "-q", "--depth", "1", "file://"+top, "shallow")
	refuse(t, "shallow/pve", Options{Since: "HEAD~1"}, false,
		"the git repository has no revision HEAD~1; it is a shallow clone: fetch more of the history (git fetch --unshallow, or a larger depth in CI)")
}

// A commit is judged by the settings and the baseline that are in it.
func TestSettingsInGit(t *testing.T) {
	gitRepository(t, small+"-- known.json --\nstaged\n")
	write(t, ".pvefw.yaml", "node: {address: 192.0.2.7}\nlint: {baseline: known.json}\n")
	git(t, "add", "-A")
	write(t, ".pvefw.yaml", "node: {address: 192.0.2.9}\n")
	write(t, "known.json", "on disk\n")
	out, err := Load("pve", Options{Staged: true})
	if err != nil {
		t.Fatal(err)
	}
	s := out.Settings
	if s.Node.Address != "192.0.2.7" || s.File != ".pvefw.yaml" || out.Baseline == nil || string(out.Baseline.Data) != "staged\n" {
		t.Errorf("settings %+v, baseline %+v", s, out.Baseline)
	}
	out, err = Load("main:pve", Options{})
	if err != nil || out.Settings.Node.Address != "192.0.2.1" || out.Settings.File != "main:.pvefw.yaml" {
		t.Errorf("settings of a revision: %v, %+v", err, out.Settings)
	}
}
