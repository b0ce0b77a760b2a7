package load

import (
	"bytes"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
)

// gitEntry is one file of a commit or of the index.
type gitEntry struct {
	path     string
	kind     entryKind
	id       string // hash of the blob
	conflict bool   // of the index: a merge has left several versions
}

type entryKind uint8

const (
	regular entryKind = iota
	symlink
	submodule
	directory // stands for all entries below it; never in a list
	missing
)

// gitTree is a commit or the index of a repository.
type gitTree struct {
	repo    *repository
	what    string // for sentences: the index, revision main
	entries []gitEntry
	base    string // the place of the CONFIG
	blobs   *blobs
}

// openCommit lists the files of a commit.
func openCommit(repo *repository, hash, what string) (*gitTree, error) {
	out, err := repo.ask("ls-tree", "-r", "-z", "--full-tree", hash)
	if err != nil {
		return nil, err
	}
	return newGitTree(repo, what, out)
}

// openIndex lists the files of the index.
func openIndex(repo *repository) (*gitTree, error) {
	if repo.top == "" {
		return nil, broken("the git repository at %s has no work tree, so it has no index to check", diag.Visible(repo.dir))
	}
	out, err := repo.ask("ls-files", "--cached", "--stage", "-z")
	if err != nil {
		return nil, err
	}
	return newGitTree(repo, "the index", out)
}

// newGitTree reads "MODE TYPE HASH\tPATH" of a commit or "MODE HASH STAGE\tPATH"
// of the index, NUL behind each.
func newGitTree(repo *repository, what string, listing []byte) (*gitTree, error) {
	t := &gitTree{repo: repo, what: what}
	for line := range bytes.SplitSeq(bytes.TrimSuffix(listing, []byte{0}), []byte{0}) {
		if len(line) == 0 {
			continue
		}
		about, name, ok := strings.Cut(string(line), "\t")
		words := strings.Fields(about)
		if !ok || len(words) != 3 {
			return nil, broken("git lists %s in a form that is not understood", what)
		}
		e := gitEntry{path: name, id: words[2], kind: kindOfMode(words[0])}
		if len(words[2]) == 1 {
			e.id, e.conflict = words[1], words[2] != "0"
		}
		if n := len(t.entries); n > 0 && t.entries[n-1].path == name {
			continue // the other versions of a conflict
		}
		t.entries = append(t.entries, e)
		if len(t.entries) > MaxEntries {
			return nil, broken("%s has more than %d files, which are too many", what, MaxEntries)
		}
	}
	slices.SortFunc(t.entries, func(a, b gitEntry) int { return strings.Compare(a.path, b.path) })
	return t, nil
}

func kindOfMode(mode string) entryKind {
	switch mode {
	case "120000":
		return symlink
	case "160000":
		return submodule
	}
	return regular
}

// from is the index of the first entry that is not less than a path.
func (t *gitTree) from(p string) int {
	return sort.Search(len(t.entries), func(i int) bool { return t.entries[i].path >= p })
}

// entry finds what bears a path; links are not followed.
func (t *gitTree) entry(p string) gitEntry {
	if p == "" {
		return gitEntry{kind: directory}
	}
	if i := t.from(p); i < len(t.entries) && t.entries[i].path == p {
		return t.entries[i]
	}
	if i := t.from(p + "/"); i < len(t.entries) && strings.HasPrefix(t.entries[i].path, p+"/") {
		return gitEntry{path: p, kind: directory}
	}
	return gitEntry{path: p, kind: missing}
}

// mostLinks is how many links one path may lead through, as on Linux.
const mostLinks = 40

// find follows the links of a path. What is missing because a link leads nowhere,
// in a circle or out of the repository is an error, and so is a submodule.
func (t *gitTree) find(inner, shown string) (gitEntry, error) {
	rest := strings.Split(path.Join(t.base, inner), "/")
	at, links := "", 0
	behind := len(rest) + 1 // how much is left when the target of a link is walked
	for len(rest) > 0 {
		part := rest[0]
		rest = rest[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			if at == "" {
				return gitEntry{}, t.unreadable(shown, "a symbolic link leads out of the git repository")
			}
			at = strings.TrimPrefix(path.Dir("/"+at), "/")
			continue
		}
		next := path.Join(at, part)
		e := t.entry(next)
		switch {
		case e.kind == symlink:
			if links++; links > mostLinks {
				return e, t.unreadable(shown, "its symbolic links lead in a circle")
			}
			to, err := t.target(e, shown)
			if err != nil {
				return e, err
			}
			behind = min(behind, len(rest))
			rest = append(strings.Split(to, "/"), rest...)
		case e.kind == submodule:
			return e, t.unreadable(shown, next+" is a git submodule, whose files are no part of "+t.what)
		case e.kind == missing && len(rest) >= behind:
			return e, t.unreadable(shown, "it is a symbolic link that leads nowhere")
		case e.kind == missing || e.kind == regular && len(rest) > 0:
			return gitEntry{path: next, kind: missing}, nil
		default:
			at = next
		}
	}
	return t.entry(at), nil
}

func (t *gitTree) unreadable(shown, why string) error {
	return broken("cannot read %s from %s: %s", diag.Visible(shown), t.what, diag.Visible(why))
}

// target reads where a link leads, from its own directory.
func (t *gitTree) target(e gitEntry, shown string) (string, error) {
	data, err := t.blob(e, shown, 4096)
	if err != nil {
		return "", err
	}
	to := filepath.ToSlash(string(data))
	if path.IsAbs(to) || to == "" {
		return "", t.unreadable(shown, "a symbolic link leads out of the git repository")
	}
	return to, nil
}

func (t *gitTree) blob(e gitEntry, shown string, limit int) ([]byte, error) {
	if e.conflict {
		return nil, t.unreadable(shown, "a merge has left a conflict in it; resolve it first")
	}
	if t.blobs == nil {
		var err error
		if t.blobs, err = openBlobs(t.repo); err != nil {
			return nil, err
		}
	}
	return t.blobs.read(e.id, shown, limit)
}

// suffix is how names of a revision's files end in front of inner paths.
func (t *gitTree) suffix() string {
	if t.base == "" {
		return ""
	}
	return t.base + "/"
}

func (t *gitTree) close() {
	if t.blobs != nil {
		t.blobs.close()
		t.blobs = nil
	}
}

func (t *gitTree) isDir(inner, shown string) (bool, error) {
	e, err := t.find(inner, shown)
	if err == nil && inner == "" && e.kind == missing {
		return false, &Error{Text: "cannot read " + diag.Visible(shown) + " from " + t.what + ": there is no such file or directory", Absent: true}
	}
	return e.kind == directory, err
}

func (t *gitTree) has(inner string) bool {
	dir, err := t.find(path.Dir(inner), inner)
	if err != nil {
		return true // reading says what is wrong
	}
	return t.entry(path.Join(dir.path, path.Base(inner))).kind != missing
}

func (t *gitTree) names(inner, shown string) ([]string, error) {
	e, err := t.find(inner, shown)
	switch {
	case err != nil || e.kind == missing:
		return nil, err
	case e.kind != directory:
		return nil, t.unreadable(shown, "it is not a directory")
	}
	prefix := ""
	if e.path != "" {
		prefix = e.path + "/"
	}
	var list []string
	for i := t.from(prefix); i < len(t.entries) && strings.HasPrefix(t.entries[i].path, prefix); {
		name, _, below := strings.Cut(t.entries[i].path[len(prefix):], "/")
		list = append(list, name)
		if i++; below {
			i = t.from(prefix + name + "0") // "0" follows "/"
		}
	}
	sort.Strings(list)
	return slices.Compact(list), nil
}

func (t *gitTree) read(r *reader, inner, shown string) ([]byte, error) {
	e, err := t.find(inner, shown)
	switch {
	case err != nil:
		return nil, err
	case e.kind == missing:
		return nil, t.unreadable(shown, "there is no such file or directory")
	case e.kind == directory:
		return nil, t.unreadable(shown, "it is a directory, not a regular file")
	}
	data, err := t.blob(e, shown, MaxFileSize)
	if err != nil {
		return nil, err
	}
	return data, r.count(shown, data)
}
