package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/proto/go/codegen"
)

// sdkHost adds SDKs to what another host does.
type sdkHost struct {
	pulumirpc.LanguageRuntimeServer
	language string
}

func (h *sdkHost) GeneratePackage(
	_ context.Context, request *pulumirpc.GeneratePackageRequest,
) (*pulumirpc.GeneratePackageResponse, error) {
	client, err := schema.NewLoaderClient(request.LoaderTarget)
	if err != nil {
		return nil, err
	}
	loader := schema.NewCachedLoader(client)
	var spec schema.PackageSpec
	if err := json.Unmarshal([]byte(request.Schema), &spec); err != nil {
		return nil, err
	}
	pkg, diagnostics, err := schema.BindSpec(spec, loader, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GeneratePackageResponse{Diagnostics: told(diagnostics)}
	if diagnostics.HasErrors() {
		return response, nil
	}
	files, err := h.files(pkg, request, loader)
	if err != nil {
		return nil, err
	}
	return response, write(request.Directory, files)
}

func (h *sdkHost) files(
	pkg *schema.Package, request *pulumirpc.GeneratePackageRequest, loader schema.ReferenceLoader,
) (map[string][]byte, error) {
	tool := prefix + h.language
	switch h.language {
	case "nodejs":
		return nodejs.GeneratePackage(
			tool, pkg, request.ExtraFiles, request.LocalDependencies, request.Local, loader)
	case "go":
		return gogen.GeneratePackage(tool, pkg, request.LocalDependencies)
	}
	return nil, fmt.Errorf("there is no generator for %s here", h.language)
}

// Link makes an SDK on disk a dependency of a program, by the package's own name.
func (h *sdkHost) Link(
	ctx context.Context, request *pulumirpc.LinkRequest,
) (*pulumirpc.LinkResponse, error) {
	if h.language != "nodejs" {
		return h.LanguageRuntimeServer.Link(ctx, request)
	}
	var imports []string
	for _, linked := range request.Packages {
		name, err := packageName(filepath.Join(request.Info.RootDirectory, linked.Path))
		if err != nil {
			return nil, err
		}
		path := filepath.ToSlash(linked.Path)
		npm := exec.CommandContext(ctx, "npm", "pkg", "set", fmt.Sprintf("dependencies[%s]=file:%s", name, path))
		npm.Dir = request.Info.ProgramDirectory
		if said, err := npm.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: %w: %s", strings.Join(npm.Args, " "), err, said)
		}
		imports = append(imports, fmt.Sprintf("import * as %s from %q;", identifier(linked.Package.Name), name))
	}
	said := "You can import the SDK in your TypeScript code with:\n\n  " + strings.Join(imports, "\n  ") + "\n"
	return &pulumirpc.LinkResponse{ImportInstructions: said}, nil
}

func packageName(folder string) (string, error) {
	content, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err != nil {
		return "", err
	}
	var manifest struct{ Name string }
	if err := json.Unmarshal(content, &manifest); err != nil {
		return "", err
	}
	return manifest.Name, nil
}

func identifier(name string) string {
	return strings.ReplaceAll(name, "-", "")
}

func write(folder string, files map[string][]byte) error {
	for name, content := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil { //nolint:gosec // sources are to be read
			return err
		}
	}
	return nil
}

func told(diagnostics hcl.Diagnostics) []*codegen.Diagnostic {
	var all []*codegen.Diagnostic
	for _, each := range diagnostics {
		severity := codegen.DiagnosticSeverity_DIAG_WARNING
		if each.Severity == hcl.DiagError {
			severity = codegen.DiagnosticSeverity_DIAG_ERROR
		}
		all = append(all, &codegen.Diagnostic{
			Severity: severity, Summary: each.Summary, Detail: each.Detail,
		})
	}
	return all
}
