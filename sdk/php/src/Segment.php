<?php

declare(strict_types=1);

namespace Twofold;

/** @internal */
final class Segment
{
    /**
     * An id as one segment of a path. `.` and `..` cannot be one: they are taken for steps in the path, so that the request
     * would be about something else. Twofold reads them behind a `~`.
     */
    public static function of(string $id): string
    {
        if ($id === '') {
            throw new \InvalidArgumentException(json_encode($id) . ' cannot be an id in an address');
        }
        return rawurlencode(preg_match('/^~*\.\.?$/D', $id) === 1 ? "~$id" : $id);
    }
}
