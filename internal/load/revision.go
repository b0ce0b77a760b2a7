package load

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
)

// revisionMark before a CONFIG says that it is a revision even if a file of that
// name exists.
const revisionMark = "git:"

// Revision is a CONFIG in git: a commit, and a place in it.
type Revision struct {
	Rev string // as git understands it: a branch, a tag, HEAD~1, a hash
	// Path is inside of the repository, from its top; with "./" before it from the
	// current directory. Without HasPath the current directory is meant.
	Path    string
	HasPath bool
}

// tail is what stands behind the revision.
func (r Revision) tail() string {
	if r.HasPath {
		return ":" + r.Path
	}
	return ""
}

// ParseRevision reads git:REV[:PATH] or, where no file bears the name, REV[:PATH].
// It does not ask git whether there is such a revision; ok is false for what is no
// revision by its form.
func ParseRevision(config string) (r Revision, ok bool) {
	text, marked := strings.CutPrefix(config, revisionMark)
	if !marked {
		if config == "" || config == "-" {
			return r, false
		}
		if _, err := os.Lstat(config); !errors.Is(err, fs.ErrNotExist) {
			return r, false
		}
	}
	cut := colon(text)
	r.Rev = text[:cut]
	if cut < len(text) {
		r.Path, r.HasPath = text[cut+1:], true
	}
	return r, marked || looksLikeRevision(r.Rev)
}

// IsMarked tells a CONFIG that can only be a revision.
func IsMarked(config string) bool { return strings.HasPrefix(config, revisionMark) }

// colon is where the path of REV:PATH begins. A date in braces has colons too.
func colon(text string) int {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '{':
			depth++
		case '}':
			depth--
		case ':':
			if depth <= 0 {
				return i
			}
		}
	}
	return len(text)
}

// looksLikeRevision keeps misspelt paths from being taken for revisions: ones
// that no git ref or hash could be.
func looksLikeRevision(rev string) bool {
	ref, _, _ := strings.Cut(rev, "{") // a date or a text to look for may hold anything
	return rev != "" && rev[0] != '-' && rev[0] != '/' && rev[0] != '.' && !strings.ContainsAny(rev, "\x00\n") &&
		!strings.ContainsAny(ref, "\\ *?[") && !strings.HasSuffix(rev, "/") && !strings.HasSuffix(rev, ".fw")
}

// commit returns the hash of a revision.
func (r *repository) commit(rev string) (string, error) {
	if rev == "" || rev[0] == '-' || strings.ContainsAny(rev, "\x00\n") {
		return "", usage("\"%s\" is no git revision", diag.Visible(rev))
	}
	out, err := r.ask("rev-parse", "--verify", "--quiet", rev+"^{commit}")
	if err == nil {
		return strings.TrimSpace(string(out)), nil
	}
	if r.isShallow() {
		return "", broken("the git repository has no revision %s; it is a shallow clone: fetch more of the history (git fetch --unshallow, or a larger depth in CI)", diag.Visible(rev))
	}
	return "", usage("the git repository has no revision %s", diag.Visible(rev))
}

func (r *repository) isShallow() bool {
	out, err := r.ask("rev-parse", "--is-shallow-repository")
	return err == nil && string(out) == "true\n"
}

// mergeBase is the commit that the current branch and a revision come from. A
// branch without common history is compared as it is.
func (r *repository) mergeBase(rev string) (string, error) {
	hash, err := r.commit(rev)
	if err != nil {
		return "", err
	}
	if _, err := r.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}"); err != nil {
		return hash, nil // nothing is committed yet
	}
	out, err := r.ask("merge-base", hash, "HEAD")
	switch base := strings.TrimSpace(string(out)); {
	case err == nil && base != "":
		return base, nil
	case r.isShallow():
		return "", broken("where this branch left %s is not in this shallow clone: fetch more of the history (git fetch --unshallow, or a larger depth in CI)", diag.Visible(rev))
	}
	return hash, nil
}

// place is the path in the repository of a file or directory by its path on disk,
// which need not exist there. Links are looked up in the repository, so they stay.
func (r *repository) place(file string) (string, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", failure(file, err)
	}
	rest := ""
	for at := abs; ; at = filepath.Dir(at) {
		if real, err := filepath.EvalSymlinks(at); err == nil {
			if real == r.top {
				return slashed(rest), nil
			}
			if at == filepath.Dir(at) {
				break
			}
		}
		rest = filepath.Join(filepath.Base(at), rest)
		if at == filepath.Dir(at) {
			break
		}
	}
	dir := existing(abs)
	if real, err := filepath.EvalSymlinks(dir); err == nil && within(real, r.top) {
		rel, err := filepath.Rel(dir, abs)
		inside, err2 := filepath.Rel(r.top, real)
		if err == nil && err2 == nil {
			return slashed(filepath.Join(inside, rel)), nil
		}
	}
	return "", broken("%s is not in the work tree of the git repository %s", diag.Visible(file), diag.Visible(r.top))
}

func slashed(p string) string {
	if p = path.Clean(filepath.ToSlash(p)); p == "." {
		return ""
	}
	return p
}

// placeOf is where a revision's path is in the repository.
func (r *repository) placeOf(rev Revision) (string, error) {
	rel := rev.Path
	if !rev.HasPath || rel == "." || strings.HasPrefix(rel, "./") || strings.HasPrefix(rel, "../") || rel == ".." {
		if r.top == "" {
			return slashed(rel), nil
		}
		return r.place(rel)
	}
	clean := path.Clean("/" + rel)
	return strings.TrimPrefix(clean, "/"), nil
}
