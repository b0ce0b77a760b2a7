package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"pvefw": func() { os.Exit(Main(os.Args[1:], System())) },
	})
}

// TestScripts runs the commands as users do. PVEFW_UPDATE=1 rewrites what cmp
// compares with.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("PVEFW_UPDATE") != "",
		Cmds:                scriptCommands(),
		Setup: func(env *testscript.Env) error {
			examples, err := filepath.Abs("../../examples")
			if err != nil {
				return err
			}
			env.Setenv("EXAMPLES", examples)
			env.Setenv("ROOT", filepath.Dir(examples))
			if home, err := os.UserHomeDir(); err == nil {
				env.Setenv("REAL_HOME", home) // where Go keeps its caches
			}
			// The search for settings must not leave the script's directory.
			return os.Mkdir(env.WorkDir+"/.git", 0o755)
		},
	})
}
