package dev.lethe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.DocumentationTool;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Examples in Javadoc, the README and docs/research: all of them are regions of tests, which compile and run them. */
class DocumentationTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Path TESTS = Path.of("src", "test", "java");
    private static final List<Path> MODULES = Stream.of("tracker", "engine/core", "engine/report", "engine/cli")
            .map(ROOT::resolve).toList();
    private static final Pattern API_PACKAGE = Pattern.compile("(?m)^\\| `(dev\\.lethe[a-z.]*)` \\|");
    private static final Pattern REGION = Pattern.compile("(?s)// @start region=\"\\w+\"\\n(.*?)\\n *// @end\\n");
    private static final Pattern JAVA_CODE = Pattern.compile("(?s)```java\\n(.*?)\\n```");

    @TempDir
    private Path folder;

    private static List<Path> javaFiles(Path part, String content) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path module : MODULES) {
            try (Stream<Path> all = Files.walk(module.resolve(part))) {
                for (Path file : all.filter(path -> path.toString().endsWith(".java")).toList()) {
                    if (Files.readString(file).contains(content)) {
                        files.add(file);
                    }
                }
            }
        }
        return files;
    }

    private static String path(Path part) {
        return MODULES.stream().map(module -> module.resolve(part).toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Runs Javadoc over the files of folders, and returns its errors. */
    private List<String> errors(Set<Path> packages, String snippets) throws IOException {
        return diagnostics(packages, snippets, "-Xdoclint:none").stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(diagnostic -> diagnostic.getMessage(Locale.ROOT)).toList();
    }

    private List<Diagnostic<? extends JavaFileObject>> diagnostics(Set<Path> packages, String snippets, String checks)
            throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path each : packages) {
            try (Stream<Path> entries = Files.list(each)) {
                entries.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
            }
        }
        DocumentationTool javadoc = ToolProvider.getSystemDocumentationTool();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        List<String> options = List.of("-d", folder.toString(), "-quiet", "-notree", "-noindex", "-nohelp", checks,
                "-Xmaxwarns", "10000", "--ignore-source-errors", "-classpath", System.getProperty("java.class.path"),
                "--snippet-path", snippets);
        try (StandardJavaFileManager manager = javadoc.getStandardFileManager(null, Locale.ROOT, null)) {
            javadoc.getTask(null, manager, found, null, options, manager.getJavaFileObjectsFromPaths(files)).call();
        }
        return found.getDiagnostics();
    }

    /** Returns the folders of the packages that docs/api.md lists as API. */
    private static Set<Path> api() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/api.md"));
        String rows = page.substring(page.indexOf("\n## API\n"), page.indexOf("\n## The promise\n"));
        return API_PACKAGE.matcher(rows).results().map(row -> row.group(1).replace('.', '/'))
                .flatMap(name -> Stream.of("tracker", "kernels", "engine/core", "engine/report")
                        .map(module -> ROOT.resolve(module).resolve(SOURCES).resolve(name)))
                .filter(Files::isDirectory).collect(Collectors.toSet());
    }

    @Test
    @Tag("slow")
    void shouldDescribeEveryElementOfTheApi() throws IOException {
        Set<Path> packages = api();
        assertTrue(packages.size() > 20, packages.toString());
        List<Diagnostic<? extends JavaFileObject>> found = diagnostics(packages, path(TESTS), "-Xdoclint:missing");
        assertTrue(found.size() > 100, "it is looked for what is missing");
        assertEquals(List.of(), found.stream()
                .filter(diagnostic -> diagnostic.getMessage(Locale.ROOT).contains("no comment"))
                .map(diagnostic -> diagnostic.getSource().getName() + ":" + diagnostic.getLineNumber()).toList());
    }

    @Test
    void shouldFindEverySnippetOfJavadoc() throws IOException {
        Set<Path> packages = javaFiles(SOURCES, "{@snippet").stream().map(Path::getParent).collect(Collectors.toSet());
        assertTrue(packages.size() >= 5, packages.toString());
        assertEquals(List.of(), errors(packages, path(TESTS)));
        String page = Files.readString(folder.resolve("dev/lethe/train/package-summary.html"));
        assertTrue(page.contains("Trainer trainer = new Trainer(backend, network, data, config)"), page);
    }

    @Test
    void shouldMissSnippetsThatAreNotThere() throws IOException {
        List<String> errors = errors(Set.of(ROOT.resolve("engine/core").resolve(SOURCES).resolve("dev/lethe/data")),
                folder.toString());
        assertEquals(1, errors.size(), errors.toString());
        assertTrue(errors.getFirst().contains("dev/lethe/data/SnippetsTest.java"), errors.toString());
    }

    @Test
    void shouldShowRegionsOfTestsInDocuments() throws IOException {
        List<String> regions = new ArrayList<>();
        for (Path file : javaFiles(TESTS, "// @start region=")) {
            REGION.matcher(Files.readString(file)).results().map(region -> region.group(1).stripIndent())
                    .forEach(regions::add);
        }
        Path readme = ROOT.resolve("README.md");
        List<Path> documents = new ArrayList<>(List.of(readme));
        try (Stream<Path> research = Files.list(ROOT.resolve("docs/research"))) {
            research.forEach(documents::add);
        }
        for (Path document : documents) {
            List<String> shown = JAVA_CODE.matcher(Files.readString(document)).results()
                    .map((MatchResult code) -> code.group(1)).toList();
            assertTrue(!shown.isEmpty(), document.toString());
            for (String code : shown) {
                assertTrue(regions.contains(code), "no test has this example of " + document + ":\n" + code);
            }
        }
    }
}
