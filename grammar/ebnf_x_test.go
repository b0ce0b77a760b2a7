package grammar
import ("testing")
func TestE(t *testing.T){ t.Log("\n"+EBNF()) }
