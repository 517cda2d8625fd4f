// Package slotstorm is the k6 module k6/x/slotstorm: a client of fal's API that keeps fal's retry rules and measures
// logical requests, from the call to its result, not single HTTP exchanges.
package slotstorm

import (
	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/js/modules"
)

const importPath = "k6/x/slotstorm"

func init() {
	modules.Register(importPath, new(rootModule))
}

type rootModule struct{}

// NewModuleInstance is called once for each virtual user that imports the module, while its script is initialised:
// metrics can be declared only then.
func (*rootModule) NewModuleInstance(vu modules.VU) modules.Instance {
	meters, err := declareMeters(vu.InitEnv().Registry)
	if err != nil {
		common.Throw(vu.Runtime(), err)
	}
	return &moduleInstance{vu: vu, meters: meters}
}

type moduleInstance struct {
	vu     modules.VU
	meters *meters
}

func (m *moduleInstance) Exports() modules.Exports {
	return modules.Exports{Named: map[string]any{"Client": m.newClient, "sdkRules": sdkRules}}
}

func (m *moduleInstance) newClient(call sobek.ConstructorCall, runtime *sobek.Runtime) *sobek.Object {
	settings, err := readSettings(runtime, call.Argument(0))
	if err != nil {
		common.Throw(runtime, err)
	}
	client := &Client{settings: settings, wire: &wire{vu: m.vu, settings: settings}, vu: m.vu, meters: m.meters}
	return runtime.ToValue(client).ToObject(runtime)
}
