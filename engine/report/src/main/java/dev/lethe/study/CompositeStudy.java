package dev.lethe.study;

import dev.lethe.data.DataSet;
import dev.lethe.io.Json;
import dev.lethe.report.Fact;
import dev.lethe.report.Paragraph;
import dev.lethe.report.Section;
import dev.lethe.run.RunSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Several studies in one report, with a table of the claims of all of them. Runs are shared. */
public final class CompositeStudy implements Study {
    /** Name on the command line. */
    public static final String NAME = "all";

    private final List<Study> studies;

    /** Makes a report of studies, in their order. */
    public CompositeStudy(List<Study> studies) {
        this.studies = List.copyOf(studies);
        if (studies.isEmpty()) {
            throw new IllegalArgumentException("studies=[]: name at least one");
        }
    }

    /**
     * Returns the type of a report of several studies, each by its defaults.
     *
     * @param studies studies that may be named
     * @param usual studies that make the report where none are named
     * @param options options of some of the studies, which the report has too
     */
    public static StudyType type(List<StudyType> studies, List<StudyType> usual, List<StudyOption<?>> options) {
        List<StudyType> known = studies.stream().filter(StudyType::needsNoOption).toList();
        StudyOption<String> names = StudyOption
                .of("--studies", "NAME", OptionValue.oneOf(known.stream().map(StudyType::name).toList()),
                        "The studies, in the order of the report.")
                .with(StudyOption.Arity.SEVERAL)
                .byDefault(usual.stream().map(StudyType::name).collect(Collectors.joining(",")));
        return new StudyType(NAME,
                "Several studies in one report, with a table of what the paper says and what came out here. Each study "
                        + "has its usual options; runs are shared.",
                Stream.concat(Stream.of(names), options.stream()).toList(), true, request -> {
                    List<StudyType> chosen = request.values(names).stream().distinct()
                            .map(name -> named(name, known)).toList();
                    requireLabelChanges(request, chosen);
                    return new CompositeStudy(chosen.stream().map(type -> type.create(request)).toList());
                });
    }

    private static StudyType named(String name, List<StudyType> known) {
        return known.stream().filter(type -> type.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown study '" + name + "': choose "
                        + known.stream().map(StudyType::name).collect(Collectors.joining(", "))));
    }

    private static void requireLabelChanges(StudyRequest request, List<StudyType> chosen) {
        if (request.isLabelNoiseGiven() && chosen.stream().noneMatch(StudyType::changesLabels)) {
            throw new IllegalArgumentException("--label-noise is for the noise study here, which is not among "
                    + chosen.stream().map(StudyType::name).toList() + ": add it, or run the studies one by one");
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Map<String, Object> options() {
        Map<String, Object> map = new LinkedHashMap<>();
        studies.forEach(study -> map.put(study.name(), study.options()));
        return map;
    }

    @Override
    public List<RunSpec> runs(StudySettings settings) {
        return studies.stream().flatMap(study -> study.runs(settings).stream()).distinct().toList();
    }

    @Override
    public void requireFits(DataSet data) {
        studies.forEach(study -> study.requireFits(data));
    }

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        Map<String, Object> results = new LinkedHashMap<>();
        Paragraph findings = Paragraph.EMPTY;
        List<String> tables = new ArrayList<>();
        List<Fact> facts = new ArrayList<>();
        List<Claim> claims = new ArrayList<>();
        List<Section> sections = new ArrayList<>();
        Map<String, StudyOutcome.FileContent> files = new LinkedHashMap<>();
        for (Study study : studies) {
            StudyOutcome outcome = study.conclude(context);
            String name = study.name();
            results.put(name, Json.toMap(outcome.results()));
            findings = findings.lineBreak().strong(name + ":").plain(" ").then(outcome.finding());
            if (!outcome.table().isEmpty()) {
                if (!tables.isEmpty()) {
                    tables.add("");
                }
                tables.add("--- " + name);
                tables.addAll(outcome.table());
            }
            // the paper's figures are in the table of claims
            outcome.facts().forEach(fact -> facts.add(new Fact(name + ": " + fact.label(), fact.value())));
            outcome.claims().forEach(claim -> claims.add(new Claim(name + ": " + claim.statement(), claim.paper(),
                    claim.ours(), claim.verdict(), claim.why())));
            outcome.sections().forEach(section -> sections.add(section.of(name)));
            outcome.files().forEach((file, content) -> files.put(name + "-" + file, content));
        }
        long agree = claims.stream().filter(claim -> claim.verdict() == Claim.Verdict.AGREES).count();
        long compared = claims.stream().filter(claim -> claim.verdict() != Claim.Verdict.NOT_COMPARABLE).count();
        String title = context.subject().title();
        return new StudyOutcome("The paper's experiments: " + title, results,
                Paragraph.EMPTY.strong(agree + " of " + compared
                        + " statements of the paper that can be compared hold here.").then(findings),
                tables, facts, claims, sections, files);
    }
}
