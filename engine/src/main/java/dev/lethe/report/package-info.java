/** Reports for people: one self-contained HTML file of figures, tables and images for each study. */
package dev.lethe.report;
