<?php

// Leaves out a program's pauses; the function of PHP itself is switched off.

function sleep(int $seconds): int
{
    return 0;
}
