package dev.lethe.report;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.geom.Rectangle2D;
import java.io.StringWriter;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGIDGenerator;
import org.apache.batik.svggen.SVGSyntax;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.text.TextUtils;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** Drawing of a chart as an SVG element of an HTML page. */
final class SvgFigure {
    private static final String SVG = "http://www.w3.org/2000/svg";
    private static final String FONTS = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif";
    /** Metrics by which {@link SVGGraphics2D} measures text. */
    private static final FontRenderContext METRICS = new FontRenderContext(null, true, true);

    static {
        // otherwise rotated text, the label of a vertical axis, is drawn as outlines
        TextUtils.setUseDrawRotatedStringWorkaround(false);
    }

    private SvgFigure() {}

    /**
     * Draws a chart.
     *
     * @param chart chart to draw
     * @param id unique in the page; figures with equal content and id are equal, byte for byte
     * @param description text for readers who cannot see it
     * @param width natural width in CSS pixels
     * @param height natural height in CSS pixels
     * @return an element that grows and shrinks with its container; {@code width} and {@code height} give its shape,
     *         and the size in pixels at which text has the size that the style asks for
     */
    static String of(JFreeChart chart, String id, String description, int width, int height) {
        SVGGraphics2D canvas = new SVGGraphics2D(context(id), false);
        chart.draw(canvas, new Rectangle2D.Double(0, 0, width, height));
        Element svg = canvas.getRoot();
        svg.setAttribute("id", id);
        svg.setAttribute("role", "img");
        svg.setAttribute("aria-label", ControlCharacters.visible(description));
        svg.setAttribute("viewBox", "0 0 " + width + " " + height);
        fitText(svg);
        tidy(svg);
        return serialized(svg);
    }

    private static SVGGeneratorContext context(String id) {
        try {
            Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().getDOMImplementation()
                    .createDocument(SVG, "svg", null);
            SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
            context.setComment(null);
            context.setPrecision(2);
            context.setIDGenerator(new SVGIDGenerator() {
                @Override
                public String generateID(String prefix) {
                    return id + "-" + super.generateID(prefix);
                }
            });
            return context;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every Java platform can make XML documents", e);
        }
    }

    /**
     * Gives each text its length, so that it takes the place that was meant for it, and centred and right-aligned
     * labels stay so: the reader's fonts are not the ones that the text was laid out with.
     */
    private static void fitText(Element svg) {
        NodeList texts = svg.getElementsByTagNameNS(SVG, "text");
        for (int i = 0; i < texts.getLength(); i++) {
            Element text = (Element) texts.item(i);
            text.setTextContent(ControlCharacters.visible(text.getTextContent())); // XML allows none of these
            Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 1)
                    .deriveFont(Float.parseFloat(inherited(text, "font-size").replace("px", "")));
            double length = font.getStringBounds(text.getTextContent(), METRICS).getWidth();
            text.setAttribute("textLength", Text.format("0.#").format(length));
            text.setAttribute("lengthAdjust", "spacingAndGlyphs");
        }
    }

    /** Names fonts once for the whole figure, and removes the one id that does not come from the context. */
    private static void tidy(Element svg) {
        NodeList all = svg.getElementsByTagNameNS(SVG, "*");
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            element.removeAttribute("font-family");
            if (element.getAttribute("id").equals(SVGSyntax.ID_PREFIX_GENERIC_DEFS)) {
                element.removeAttribute("id");
            }
        }
        svg.setAttribute("font-family", FONTS);
    }

    private static String inherited(Node node, String attribute) {
        Element element = (Element) node;
        return element.hasAttribute(attribute)
                ? element.getAttribute(attribute)
                : inherited(element.getParentNode(), attribute);
    }

    private static String serialized(Element svg) {
        try {
            Transformer transformer = TransformerFactory.newInstance().newTransformer();
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            StringWriter text = new StringWriter();
            transformer.transform(new DOMSource(svg), new StreamResult(text));
            return text.toString();
        } catch (TransformerException e) {
            throw new IllegalStateException("every Java platform can write XML documents", e);
        }
    }
}
