package dev.lethe.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Arrays;

/** The rules of docs/architecture.md on which package may use which. */
@AnalyzeClasses(packages = "dev.lethe", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] ENGINE = {"dev.lethe.io..", "dev.lethe.data..", "dev.lethe.model..",
            "dev.lethe.train..",
            "dev.lethe.run..", "dev.lethe.study..", "dev.lethe.report..", "dev.lethe.pack..", "dev.lethe.cli.."};

    @ArchTest
    static final ArchRule TRACKER_STANDS_ALONE = noClasses().that().resideInAPackage("dev.lethe.tracker..").and()
            .resideOutsideOfPackage("dev.lethe.tracker.agrona..").should().dependOnClassesThat()
            .resideOutsideOfPackages("dev.lethe.tracker..", "java..", "jdk.incubator.vector..",
                    "com.sun.management..", "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule KERNELS_KNOW_NO_OTHER_MODULE = noClasses().that().resideInAPackage("dev.lethe.kernels..")
            .should().dependOnClassesThat(outside("dev.lethe.kernels."));

    @ArchTest
    static final ArchRule NATIVE_KNOWS_KERNELS_ALONE = noClasses().that().resideInAPackage("dev.lethe.nativelib..")
            .should().dependOnClassesThat(outside("dev.lethe.kernels.", "dev.lethe.nativelib."));

    @ArchTest
    static final ArchRule KERNELS_PACKAGES_HAVE_NO_CYCLES = slices().assignedFrom(packagesOf("dev.lethe.kernels"))
            .should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NATIVE_PACKAGES_HAVE_NO_CYCLES = slices().assignedFrom(packagesOf("dev.lethe.nativelib"))
            .should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_BACKEND_INTERFACE_KNOWS_NO_BACKEND = noClasses().that()
            .resideInAnyPackage("dev.lethe.kernels", "dev.lethe.kernels.op..", "dev.lethe.kernels.tensor..",
                    "dev.lethe.kernels.random..", "dev.lethe.kernels.host..")
            .should().dependOnClassesThat()
            .resideInAnyPackage("dev.lethe.kernels.simd..", "dev.lethe.kernels.reference..");

    @ArchTest
    static final ArchRule ENGINE_FINDS_NATIVE_THROUGH_THE_SERVICE_LOADER = noClasses().that()
            .resideInAnyPackage(ENGINE).should().dependOnClassesThat().resideInAPackage("dev.lethe.nativelib..");

    @ArchTest
    static final ArchRule ONLY_NATIVE_LIBRARIES_AND_PEERS_USE_JAVACPP = noClasses().that()
            .resideOutsideOfPackages("dev.lethe.nativelib.cpu.onednn..", "dev.lethe.nativelib.cuda..",
                    "dev.lethe.bench.peers..")
            .should().dependOnClassesThat().resideInAPackage("org.bytedeco..");

    @ArchTest
    static final ArchRule KERNELS_OF_OUR_OWN_NEED_NO_NATIVE_CODE = noClasses().that()
            .resideInAPackage("dev.lethe.nativelib.cpu.vector..").should().dependOnClassesThat()
            .resideInAnyPackage("dev.lethe.nativelib.cpu.onednn..", "dev.lethe.nativelib.cuda..");

    @ArchTest
    static final ArchRule ONLY_SIMD_PACKAGES_USE_THE_VECTOR_API = noClasses().that()
            .resideOutsideOfPackages("dev.lethe.kernels.simd..", "dev.lethe.tracker.simd..", "dev.lethe.bench..")
            .should()
            .dependOnClassesThat().resideInAPackage("jdk.incubator.vector..");

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_PRINTS = noClasses().that()
            .resideOutsideOfPackages("dev.lethe.cli..", "dev.lethe.bench..", "dev.lethe.stress..",
                    "dev.lethe.examples..")
            .should()
            .accessField(System.class, "out").orShould().accessField(System.class, "err");

    @ArchTest
    static final ArchRule THE_TRAINER_DOES_NOT_KNOW_WHO_USES_IT = noClasses().that()
            .resideInAnyPackage("dev.lethe.data..", "dev.lethe.model..", "dev.lethe.train..").should()
            .dependOnClassesThat().resideInAnyPackage("dev.lethe.run..", "dev.lethe.study..", "dev.lethe.report..",
                    "dev.lethe.cli..");

    @ArchTest
    static final ArchRule RUNS_DO_NOT_KNOW_STUDIES = noClasses().that().resideInAPackage("dev.lethe.run..").should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.lethe.study..", "dev.lethe.report..", "dev.lethe.pack..", "dev.lethe.cli..");

    @ArchTest
    static final ArchRule RUN_VALUES_KNOW_NEITHER_FILES_NOR_THREADS_OF_RUNS = noClasses().that()
            .resideInAPackage("dev.lethe.run").should().dependOnClassesThat()
            .resideInAnyPackage("dev.lethe.run.store..", "dev.lethe.run.execute..");

    @ArchTest
    static final ArchRule FOLDERS_OF_RUNS_DO_NOT_KNOW_THEIR_EXECUTION = noClasses().that()
            .resideInAPackage("dev.lethe.run.store..").should().dependOnClassesThat()
            .resideInAPackage("dev.lethe.run.execute..");

    @ArchTest
    static final ArchRule REPORTS_KNOW_NEITHER_STUDIES_NOR_TRACKER = noClasses().that()
            .resideInAPackage("dev.lethe.report..").should().dependOnClassesThat()
            .resideInAnyPackage("dev.lethe.study..", "dev.lethe.run..", "dev.lethe.tracker..", "dev.lethe.cli..");

    @ArchTest
    static final ArchRule ENGINE_PACKAGES_HAVE_NO_CYCLES = slices().assignedFrom(new EnginePackages()).should()
            .beFreeOfCycles();

    /** Slices of the engine's classes, one for each package. */
    private static final class EnginePackages implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return Arrays.stream(ENGINE).map(name -> name.replace("..", ""))
                    .anyMatch(
                            name -> type.getPackageName().equals(name) || type.getPackageName().startsWith(name + "."))
                                    ? SliceIdentifier.of(type.getPackageName())
                                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages of the engine";
        }
    }

    @ArchTest
    static final ArchRule TRACKER_PACKAGES_BELOW_SCORE = noClasses().that().resideInAPackage("dev.lethe.tracker")
            .should().dependOnClassesThat().resideInAPackage("dev.lethe.tracker.score..");

    @ArchTest
    static final ArchRule SCORES_DO_NOT_KNOW_RANKINGS = noClasses().that()
            .resideInAnyPackage("dev.lethe.tracker", "dev.lethe.tracker.score..").should().dependOnClassesThat()
            .resideInAPackage("dev.lethe.tracker.rank..");

    @ArchTest
    static final ArchRule SCORES_DO_NOT_KNOW_FILES_OF_OTHER_TOOLS = noClasses().that()
            .resideInAPackage("dev.lethe.tracker.score..").should().dependOnClassesThat()
            .resideInAPackage("dev.lethe.tracker.interchange..");

    @ArchTest
    static final ArchRule FILES_KNOW_NOTHING_ELSE = noClasses().that().resideInAPackage("dev.lethe.io..").should()
            .dependOnClassesThat(outside("dev.lethe.io."));

    /** Slices the classes of a module by their packages. */
    private static SliceAssignment packagesOf(String module) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                String name = type.getPackageName();
                return name.equals(module) || name.startsWith(module + ".")
                        ? SliceIdentifier.of(name)
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "the packages of " + module;
            }
        };
    }

    /** Returns the classes of the project that are in none of some packages. */
    private static DescribedPredicate<JavaClass> outside(
            String... packages) {
        return DescribedPredicate.describe("are of another module",
                type -> type.getName().startsWith("dev.lethe.")
                        && Arrays.stream(packages).noneMatch(type.getName()::startsWith));
    }
}
