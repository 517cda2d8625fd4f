// Command k6-slotstorm is k6 with the extension k6/x/slotstorm, as `xk6 build` would make it. It is here for places where
// xk6 cannot ask which versions of a module there are: all versions come from go.mod.
package main

import (
	_ "github.com/slotstorm/xk6-slotstorm"
	"go.k6.io/k6/v2/cmd"
)

func main() {
	cmd.Execute()
}
