package load

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// readYAML reads a file of the repository.
func readYAML(t *testing.T, name string, to any) {
	t.Helper()
	data, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, to); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func TestPreCommitHooks(t *testing.T) {
	var hooks []struct {
		ID, Name, Description, Entry, Language string
		PassFilenames                          *bool `yaml:"pass_filenames"`
		AlwaysRun                              bool  `yaml:"always_run"`
	}
	readYAML(t, ".pre-commit-hooks.yaml", &hooks)
	if len(hooks) != 2 || hooks[0].ID != "pvefw-lint" || hooks[1].ID != "pvefw-fmt" {
		t.Fatalf("hooks: %+v", hooks)
	}
	for _, h := range hooks {
		if h.Name == "" || h.Description == "" || h.Language != "golang" || !strings.HasPrefix(h.Entry, "pvefw ") {
			t.Errorf("%+v", h)
		}
	}
	if h := hooks[0]; h.PassFilenames == nil || *h.PassFilenames || !h.AlwaysRun || !strings.Contains(h.Entry, "--staged") {
		t.Errorf("the lint hook must look at the whole index whatever the commit changes: %+v", h)
	}
}

var expression = regexp.MustCompile(`\$\{\{ *([a-z_]+)\.([a-z_-]+) *\}\}`)

// Inputs reach shell text through variables only: text that a workflow passes on
// from a pull request would otherwise be run.
func TestAction(t *testing.T) {
	var action struct {
		Name, Description string
		Inputs            map[string]struct{ Description string }
		Runs              struct {
			Using string
			Steps []struct {
				Uses, Name, Shell, Run string
				Env                    map[string]string
			}
		}
	}
	readYAML(t, "action.yml", &action)
	if action.Name == "" || action.Description == "" || action.Runs.Using != "composite" || len(action.Runs.Steps) != 3 {
		t.Fatalf("action: %+v", action)
	}
	var used []string
	for _, s := range action.Runs.Steps {
		if s.Run != "" && (s.Shell != "bash" || strings.Contains(s.Run, "${{") || !strings.HasPrefix(s.Run, "set -euo pipefail\n")) {
			t.Errorf("step %s: %+v", s.Name, s)
		}
		for name, value := range s.Env {
			if m := expression.FindStringSubmatch(value); m != nil && m[1] == "inputs" {
				used = append(used, m[2])
			}
			if !strings.Contains(s.Run, "$"+name) {
				t.Errorf("step %s does not use %s", s.Name, name)
			}
		}
	}
	slices.Sort(used)
	if want := sortedKeys(action.Inputs); !slices.Equal(used, want) {
		t.Errorf("inputs %v, used %v", want, used)
	}
	for name, in := range action.Inputs {
		if in.Description == "" {
			t.Errorf("input %s is not described", name)
		}
	}
}

func TestGitLabTemplate(t *testing.T) {
	var file struct {
		Variables map[string]string
		Pvefw     struct {
			Stage, Image string
			Script       []string
			Rules        []map[string]string
			Artifacts    struct{ Reports struct{ Codequality string } }
		}
	}
	readYAML(t, "packaging/gitlab/pvefw.gitlab-ci.yml", &file)
	p := file.Pvefw
	if report := p.Artifacts.Reports.Codequality; report == "" || !strings.HasSuffix(p.Script[len(p.Script)-1], "> "+report) {
		t.Errorf("the report %q is not what the script writes", report)
	}
	if p.Stage == "" || p.Image == "" || len(p.Rules) == 0 || len(p.Script) < 3 || file.Variables["PVEFW_CONFIG"] != "." {
		t.Errorf("%+v", file)
	}
}
