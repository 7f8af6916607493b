package dev.lethe.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import dev.lethe.data.DataSet;
import dev.lethe.data.fetch.DataSetFetch;
import dev.lethe.kernels.Backend;
import dev.lethe.nativelib.cpu.CpuBackendProvider;
import dev.lethe.nativelib.cuda.CudaBackendProvider;
import dev.lethe.tracker.History;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The promise of docs/api.md: its packages and types are those of the code, and signatures keep to them. */
@AnalyzeClasses(packages = "dev.lethe", importOptions = {ImportOption.DoNotIncludeTests.class,
        PublicApiTest.NoJarsOfTests.class})
class PublicApiTest {
    private static final Path PAGE = Path.of("..", "docs", "api.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(dev\\.lethe[a-z.]*)` \\|(.*)\\|$");
    private static final Pattern TYPE = Pattern.compile("`([A-Z]\\w*)`");
    private static final Pattern NUMBER = Pattern.compile("name at most (\\d+)\\s+types");
    /** Packages of the module bench, which is no library. */
    private static final List<String> BENCH = List.of("dev.lethe.bench", "dev.lethe.stress", "dev.lethe.examples");

    /** Tests of other modules are in jars once these are packaged. */
    static final class NoJarsOfTests implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    /** Packages of a section of the page, with what their rows say. */
    private static Map<String, String> section(String heading) throws IOException {
        String page = Files.readString(PAGE);
        int start = page.indexOf("\n## " + heading + "\n");
        assertTrue(start >= 0, heading);
        int end = page.indexOf("\n## ", start + 1);
        Map<String, String> rows = new LinkedHashMap<>();
        for (Matcher row = ROW.matcher(page.substring(start, end < 0 ? page.length() : end)); row.find();) {
            assertEquals(null, rows.put(row.group(1), row.group(2)), "listed twice: " + row.group(1));
        }
        assertFalse(rows.isEmpty(), heading);
        return rows;
    }

    private static Set<String> api() throws IOException {
        return section("API").keySet();
    }

    private static Set<String> internal() throws IOException {
        return section("Internal").keySet();
    }

    private static boolean isOfALibrary(JavaClass type) {
        return BENCH.stream().noneMatch(name -> (type.getPackageName() + ".").startsWith(name + "."));
    }

    private static boolean isOpen(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static boolean isPublic(JavaClass type) {
        return isOpen(type.getModifiers()) && type.getEnclosingClass().map(PublicApiTest::isPublic).orElse(true);
    }

    private static boolean isSeen(JavaMember member) {
        return isOpen(member.getModifiers()) && !member.getModifiers().contains(JavaModifier.SYNTHETIC)
                && member.getOwner().getPackageName().startsWith("dev.lethe.");
    }

    private static Stream<JavaType> types(JavaCodeUnit unit) {
        return Stream.of(unit.getParameterTypes().stream(), Stream.of(unit.getReturnType()),
                unit.getExceptionTypes().stream(), unit.getTypeParameters().stream()).flatMap(types -> types);
    }

    /** Returns the types of Lethe in the signatures of a type, those that it inherits included, by what has them. */
    private static Map<String, Set<JavaClass>> signatures(JavaClass type) {
        Map<String, Stream<? extends JavaType>> signatures = new TreeMap<>();
        signatures.put(type.getName(), Stream.of(type.getSuperclass().stream().map(JavaType.class::cast),
                type.getInterfaces().stream(), type.getTypeParameters().stream()).flatMap(types -> types));
        Stream.concat(type.getAllMethods().stream(), type.getConstructors().stream()).filter(PublicApiTest::isSeen)
                .forEach(unit -> signatures.put(type.getName() + " " + unit.getFullName(), types(unit)));
        for (JavaField field : type.getAllFields()) {
            if (isSeen(field)) {
                signatures.put(field.getFullName(), Stream.of(field.getType()));
            }
        }
        Map<String, Set<JavaClass>> involved = new TreeMap<>();
        signatures.forEach((what, types) -> involved.put(what,
                types.flatMap(each -> each.getAllInvolvedRawTypes().stream()).map(JavaClass::getBaseComponentType)
                        .filter(each -> each.getName().startsWith("dev.lethe.")).collect(Collectors.toSet())));
        return involved;
    }

    @ArchTest
    static void shouldListEveryPackageOfTheLibraries(JavaClasses classes) throws IOException {
        Set<String> packages = classes.stream().filter(PublicApiTest::isOfALibrary).map(JavaClass::getPackageName)
                .filter(name -> !name.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
        Set<String> listed = new TreeSet<>(api());
        for (String name : internal()) {
            assertTrue(listed.add(name), name + " is listed as API and as internal");
        }
        assertEquals(packages, listed);
    }

    @ArchTest
    static void shouldShowNoTypeOfAnInternalPackage(JavaClasses classes) throws IOException {
        Set<String> api = api();
        Set<String> shown = new TreeSet<>();
        for (JavaClass type : classes) {
            if (api.contains(type.getPackageName()) && isPublic(type)) {
                signatures(type).forEach((what, types) -> types.stream()
                        .filter(used -> !api.contains(used.getPackageName()) || !isReachable(type, used))
                        .forEach(used -> shown.add(what + " shows " + used.getName())));
            }
        }
        assertEquals(Set.of(), shown);
    }

    /** Says whether a caller can name a type; a superclass of the same package need not be public. */
    private static boolean isReachable(JavaClass type, JavaClass used) {
        return isPublic(used) || type.getAllRawSuperclasses().contains(used)
                || type.getAllRawInterfaces().contains(used);
    }

    @ArchTest
    static void shouldNameTypesThatAreThere(JavaClasses classes) throws IOException {
        assertEquals(List.of(), entries().stream().filter(name -> !classes.contain(name)).toList());
        assertEquals(List.of(), entries().stream().filter(name -> !isPublic(classes.get(name))).toList());
    }

    private static Set<String> entries() throws IOException {
        Set<String> names = new TreeSet<>();
        section("API").forEach((pack, types) -> TYPE.matcher(types).results()
                .forEach(type -> assertTrue(names.add(pack + "." + type.group(1)), type.group())));
        return names;
    }

    /** Public types that are named or stand in signatures of these are what a caller can depend on. */
    @ArchTest
    static void shouldPromiseNoMoreTypesThanThePageSays(JavaClasses classes) throws IOException {
        Set<JavaClass> promised = new TreeSet<>((a, b) -> a.getName().compareTo(b.getName()));
        Deque<JavaClass> left = new ArrayDeque<>(entries().stream().map(classes::get).toList());
        while (!left.isEmpty()) {
            JavaClass type = left.pop();
            if (isPublic(type) && promised.add(type)) {
                signatures(type).values().forEach(left::addAll);
            }
        }
        Matcher number = NUMBER.matcher(Files.readString(PAGE));
        assertTrue(number.find());
        long types = promised.stream().filter(JavaClass::isTopLevelClass).count();
        assertTrue(types <= Long.parseLong(number.group(1)), types + " types: " + promised);
    }

    @ArchTest
    static void shouldExportTheApiAlone(JavaClasses classes) throws Exception {
        Set<String> exported = new TreeSet<>();
        Set<String> api = new TreeSet<>();
        for (Class<?> type : List.of(Backend.class, History.class, CpuBackendProvider.class, CudaBackendProvider.class,
                DataSet.class, DataSetFetch.class)) {
            Path place = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
            ModuleDescriptor module = ModuleFinder.of(place).findAll().iterator().next().descriptor();
            module.exports().stream().filter(export -> !export.isQualified()).map(Exports::source)
                    .forEach(exported::add);
            api().stream().filter(module.packages()::contains).forEach(api::add);
        }
        assertEquals(api, exported);
    }
}
