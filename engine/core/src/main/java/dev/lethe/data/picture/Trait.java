package dev.lethe.data.picture;

/** Properties of a decoded picture that its reader should know of. */
public enum Trait {
    /** The file ends before its format's end; almost all pixels are there. */
    END_MISSING,
    /** Some pixels are made up, since their data are damaged. */
    DAMAGED,
    /** The file has several pictures, of which the first was read. */
    SEVERAL,
    /** Some pixels are transparent, so that the background is seen. */
    TRANSPARENT,
    /** Samples have more than 8 bits. */
    DEEP
}
