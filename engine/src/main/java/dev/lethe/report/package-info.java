/** Charts and self-contained HTML reports; knows no study. */
package dev.lethe.report;
